//! Tables as people have them, and as they should not be.

use super::{MAX_FEATURES, MAX_ROWS, Table, TableError};
use crate::streams::Streams;

fn rows(separator: char, end: &str, header: Option<&str>) -> String {
    let mut text = header.map_or(String::new(), |header| format!("{header}{end}"));
    for row in 0..20 {
        let class = ["cat", "dog"][row % 2];
        text.push_str(&format!(
            "{row}.5{separator}-{row}e-1{separator}{class}{end}"
        ));
    }
    text
}

#[test]
fn separators_line_ends_and_headers_make_no_difference() {
    let plain = Table::read(rows(',', "\n", None).as_bytes()).unwrap();
    assert_eq!((plain.rows(), plain.features()), (20, 2));
    assert_eq!(plain.class_names(), ["cat", "dog"]);
    assert_eq!(plain.inputs[2..4], [1.5, -0.1]);
    for separator in [',', ';', '\t'] {
        for end in ["\n", "\r\n", "\n\n"] {
            let header = ["x", "y", "kind"].join(&separator.to_string());
            for header in [None, Some(header.as_str())] {
                let text = rows(separator, end, header);
                assert_eq!(Table::read(text.as_bytes()).as_ref(), Ok(&plain), "{text}");
            }
        }
    }
    let marked = [&[0xef, 0xbb, 0xbf], rows(';', "\n", None).as_bytes()].concat();
    assert_eq!(Table::read(&marked), Ok(plain));
}

#[test]
fn the_column_called_label_is_the_class_wherever_it_stands() {
    let text = "Label,x\n10,1\n9,2\n10,3\n9,4\n100,5\n100,6\n";
    let table = Table::read(text.as_bytes()).unwrap();
    // Numbers by size, not by letters.
    assert_eq!(table.class_names(), ["9", "10", "100"]);
    assert_eq!(table.labels, [1, 0, 1, 0, 2, 2]);
    assert_eq!(table.inputs, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn quoted_cells_may_hold_separators() {
    let text = "1,\"a, b\"\n2,c\n3,\"a, b\"\n4,c\n5,c\n";
    let table = Table::read(text.as_bytes()).unwrap();
    assert_eq!(table.class_names(), ["a, b", "c"]);
}

#[test]
fn a_fifth_of_each_class_is_kept_to_judge_by_as_the_seed_deals_it() {
    let table = Table::read(rows(',', "\n", None).as_bytes()).unwrap();
    let set = table.dataset(&Streams::new(1));
    assert_eq!(set.train.counts(2), [8, 8]);
    assert_eq!(set.test.counts(2), [2, 2]);
    assert_eq!(set, table.dataset(&Streams::new(1)));
    assert_ne!(set, table.dataset(&Streams::new(2)));
    for feature in 0..2 {
        let column: Vec<f64> = (0..16)
            .map(|row| f64::from(set.train.input(row).unwrap()[feature]))
            .collect();
        let mean = column.iter().sum::<f64>() / 16.0;
        let variance = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 16.0;
        assert!(
            mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5,
            "{mean} {variance}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let good = rows(',', "\n", Some("x,y,kind"));
    for (text, expected) in [
        (String::new(), TableError::Empty),
        ("\n \n".to_owned(), TableError::Empty),
        ("1\n2\n".to_owned(), TableError::OneColumn { place: 1 }),
        (
            format!("{good}1,2,3,cat\n"),
            TableError::Uneven {
                place: 22,
                found: 4,
                expected: 3,
            },
        ),
        (
            format!("{good}\n\n1,two,cat\n"),
            TableError::NotANumber {
                place: 24,
                column: 2,
                text: "two".to_owned(),
            },
        ),
        (
            format!("{good}1,inf,cat\n"),
            TableError::NotANumber {
                place: 22,
                column: 2,
                text: "inf".to_owned(),
            },
        ),
        (
            format!("{good}1,2,\n"),
            TableError::NoClass {
                place: 22,
                column: 3,
            },
        ),
        (
            "1,a\n2,a\n3,a\n4,a\n5,a\n".to_owned(),
            TableError::OneClass {
                class: "a".to_owned(),
            },
        ),
        ("1,a\n2,b\n".to_owned(), TableError::TooFewRows { found: 2 }),
        (
            (0..200).map(|row| format!("1,{row}\n")).collect(),
            TableError::TooManyClasses { found: 200 },
        ),
        (
            format!("{}a\n", "1,".repeat(MAX_FEATURES + 1)),
            TableError::TooManyFeatures {
                place: 1,
                found: MAX_FEATURES + 1,
            },
        ),
        (
            "1,a\n2,b\n".repeat(MAX_ROWS / 2 + 1),
            TableError::TooManyRows {
                place: MAX_ROWS + 1,
            },
        ),
    ] {
        let error = Table::read(text.as_bytes()).unwrap_err();
        assert_eq!(error, expected, "{}", &text[..text.len().min(80)]);
        let said = error.to_string();
        assert!(said.ends_with('.') && !said.contains('\n'), "{said}");
    }
    assert_eq!(
        Table::read(b"1,a\n2,\xff\n"),
        Err(TableError::NotText { place: 2 })
    );
}

/// An array as NumPy 2 writes it: the header is padded so that the numbers begin at a multiple of 64.
pub(super) fn npy(descr: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(numbers);
    bytes
}

#[test]
fn an_array_s_last_column_is_the_class_in_every_number_type() {
    let table: [i8; 15] = [1, 2, 0, 3, 4, 1, 5, 6, 0, 7, 8, 1, -9, 10, 1];
    let expected = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, -9.0, 10.0];
    let numbers = |to_bytes: fn(i8) -> Vec<u8>| table.iter().flat_map(|&n| to_bytes(n)).collect();
    let all: [(&str, Vec<u8>); 6] = [
        ("|i1", numbers(|n| n.to_le_bytes().to_vec())),
        ("<i2", numbers(|n| i16::from(n).to_le_bytes().to_vec())),
        ("<i4", numbers(|n| i32::from(n).to_le_bytes().to_vec())),
        ("<i8", numbers(|n| i64::from(n).to_le_bytes().to_vec())),
        ("<f4", numbers(|n| f32::from(n).to_le_bytes().to_vec())),
        ("<f8", numbers(|n| f64::from(n).to_le_bytes().to_vec())),
    ];
    for (descr, bytes) in all {
        let table = Table::read(&npy(descr, "(5, 3)", &bytes)).unwrap();
        assert_eq!((table.rows(), table.features()), (5, 2), "{descr}");
        assert_eq!(table.inputs, expected, "{descr}");
        assert_eq!(table.labels, [0, 1, 0, 1, 1], "{descr}");
        assert_eq!(table.class_names(), ["0", "1"], "{descr}");
    }
}

#[test]
fn other_arrays_are_refused() {
    let bytes = [0_u8; 64];
    for wrong in [
        npy("<f4", "(16,)", &bytes),
        npy("<f4", "(2, 2, 4)", &bytes),
        npy("<f4", "(16, 1)", &bytes),
        npy("<f4", "(5, 3)", &bytes),
        npy(">f4", "(8, 2)", &bytes),
        npy("|O", "(8, 2)", &bytes),
        npy("<f4", "(99999999999999999999, 2)", &bytes),
        npy("<f4", "(8, 2)", &bytes)[..40].to_vec(),
    ] {
        assert!(matches!(Table::read(&wrong), Err(TableError::Npy { .. })));
    }
    let long = npy("<f4", "(18446744073709551615, 2)", &bytes);
    assert!(matches!(
        Table::read(&long),
        Err(TableError::TooManyRows { .. })
    ));
    let numbers: Vec<u8> = [1.0, 0.0, f32::NAN, 1.0]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    assert_eq!(
        Table::read(&npy("<f4", "(2, 2)", &numbers)),
        Err(TableError::NotANumber {
            place: 2,
            column: 1,
            text: "NaN".to_owned()
        })
    );
}
