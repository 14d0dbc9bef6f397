//! Tests of the machine against programs written by hand.

use super::*;

/// Knows nothing at all.
struct Nothing;

impl<'a> Library<'a> for Nothing {
    type Object = ();
    const SUBJECT: &'static str = "plain values";

    fn name(&self, _module: &str, _name: &str) -> Option<()> {
        None
    }

    fn call(&self, _function: &(), _given: &[Value<'a, ()>]) -> Result<Made<'a, ()>, String> {
        Err(does_not_fit())
    }

    fn set_state(&self, _target: &Value<'a, ()>, _state: &Value<'a, ()>) -> Result<(), String> {
        Err(does_not_fit())
    }
}

#[test]
fn numbers_of_each_length_are_read() {
    for (program, expected) in [
        (&b"\x80\x02K\xff."[..], 255),
        (b"M\xff\xff.", 65_535),
        (b"J\xff\xff\xff\xff.", -1),
        (b"\x8a\x00.", 0),
        (b"\x8a\x01\xfe.", -2),
        (b"\x8a\x05\x00\x00\x00\x00\x01.", 1 << 32),
    ] {
        let root = run(program, &Nothing).unwrap().root;
        assert!(
            matches!(root, Value::Int(value) if value == expected),
            "{root:?}"
        );
    }
}

#[test]
fn strings_of_both_pythons_are_read() {
    for program in [
        &b"U\x02ab."[..],
        b"T\x02\x00\x00\x00ab.",
        b"C\x02ab.",
        b"B\x02\x00\x00\x00ab.",
        b"\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.",
        b"\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.",
        b"X\x02\x00\x00\x00ab.",
        b"\x8c\x02ab.",
    ] {
        let root = run(program, &Nothing).unwrap().root;
        assert_eq!(root.as_bytes(), Some(&b"ab"[..]), "{program:?}");
    }
}

#[test]
fn a_function_of_the_system_is_refused_by_its_name() {
    // What pickle.dumps gives for an object whose __reduce__ is (os.system, ("true",)).
    let program = b"\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03.";
    let error = run(program, &Nothing).unwrap_err();
    assert!(error.contains("`posix.system`"), "{error}");
    let program = b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93.";
    let error = run(program, &Nothing).unwrap_err();
    assert!(error.contains("`posix.system`"), "{error}");
}

#[test]
fn hostile_programs_end_in_an_error() {
    for program in [
        &b""[..],
        b".",
        b"t",
        b"s",
        b"(.",
        b"N(.",
        b"}Ns.",
        b"h\x00.",
        b"X\xff\xff\xff\xff.",
        b"T\xff\xff\xff\xff.",
        b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.",
        b"cos",
        b"N)R.",
        b"NQ.",
        b"NNb.",
        b"(0t.",
    ] {
        assert!(run(program, &Nothing).is_err(), "{program:?}");
    }
    let nested = [b"N".to_vec(), vec![0x85; 1_000_000], b".".to_vec()].concat();
    assert!(run(&nested, &Nothing).unwrap_err().contains("nests"));
    let endless = vec![b'('; MAX_STEPS + 1];
    assert!(run(&endless, &Nothing).unwrap_err().contains("too long"));
}
