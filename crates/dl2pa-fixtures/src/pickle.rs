//! Writes pickles as Python 2's `cPickle` wrote CIFAR's: protocol 2, byte strings, arrays of numpy 1.

/// A pickle being written.
#[derive(Debug)]
pub(crate) struct Pickle {
    bytes: Vec<u8>,
    /// What has been given a number, which cPickle counts from 1.
    remembered: u32,
}

impl Pickle {
    /// A pickle of one dictionary, whose entries follow.
    pub(crate) fn dictionary() -> Self {
        let mut pickle = Self {
            bytes: b"\x80\x02}".to_vec(),
            remembered: 0,
        };
        pickle.remember();
        pickle.bytes.push(b'(');
        pickle
    }

    /// Ends the dictionary and the pickle.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(b"u.");
        self.bytes
    }

    fn remember(&mut self) {
        self.remembered += 1;
        if let Ok(place) = u8::try_from(self.remembered) {
            self.bytes.extend([b'q', place]);
        } else {
            self.bytes.push(b'r');
            self.bytes.extend(self.remembered.to_le_bytes());
        }
    }

    /// A byte string: a key, or the value of the key before.
    pub(crate) fn string(&mut self, text: &str) -> &mut Self {
        self.plain_string(text.as_bytes());
        self.remember();
        self
    }

    fn plain_string(&mut self, bytes: &[u8]) {
        if let Ok(length) = u8::try_from(bytes.len()) {
            self.bytes.extend([b'U', length]);
        } else {
            self.bytes.push(b'T');
            self.bytes.extend((bytes.len() as u32).to_le_bytes());
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// A number below 2^31.
    pub(crate) fn number(&mut self, value: usize) -> &mut Self {
        if let Ok(small) = u8::try_from(value) {
            self.bytes.extend([b'K', small]);
        } else if let Ok(medium) = u16::try_from(value) {
            self.bytes.push(b'M');
            self.bytes.extend(medium.to_le_bytes());
        } else {
            self.bytes.push(b'J');
            self.bytes.extend((value as u32).to_le_bytes());
        }
        self
    }

    /// A list of numbers.
    pub(crate) fn numbers(&mut self, values: &[usize]) -> &mut Self {
        self.list(values, |pickle, &value| {
            pickle.number(value);
        })
    }

    /// A list of byte strings.
    pub(crate) fn strings(&mut self, values: &[String]) -> &mut Self {
        self.list(values, |pickle, value| {
            pickle.string(value);
        })
    }

    /// A list, whose items cPickle appends by the thousand.
    fn list<T>(&mut self, values: &[T], mut item: impl FnMut(&mut Self, &T)) -> &mut Self {
        self.bytes.push(b']');
        self.remember();
        for thousand in values.chunks(1_000) {
            self.bytes.push(b'(');
            for value in thousand {
                item(self, value);
            }
            self.bytes.push(b'e');
        }
        self
    }

    /// A numpy array of bytes, `rows` x `columns`, row by row.
    pub(crate) fn array(&mut self, rows: usize, columns: usize, values: &[u8]) -> &mut Self {
        self.bytes
            .extend_from_slice(b"cnumpy.core.multiarray\n_reconstruct\n");
        self.remember();
        self.bytes.extend_from_slice(b"cnumpy\nndarray\n");
        self.remember();
        self.bytes.extend_from_slice(b"K\x00\x85U\x01b\x87R");
        self.remember();
        self.bytes.extend_from_slice(b"(K\x01");
        self.number(rows).number(columns);
        self.bytes.extend_from_slice(b"\x86cnumpy\ndtype\n");
        self.remember();
        self.bytes.extend_from_slice(b"U\x02u1K\x00K\x01\x87R");
        self.remember();
        self.bytes
            .extend_from_slice(b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89");
        // Always the long form: the real arrays have it, and pickletools knows no other after 255 bytes.
        self.bytes.push(b'T');
        self.bytes.extend((values.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(values);
        self.bytes.extend_from_slice(b"tb");
        self
    }
}
