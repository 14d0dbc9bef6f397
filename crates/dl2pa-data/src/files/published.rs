//! The archives of the data sets: where they are, how long, and the checksums that were published.

use std::ffi::OsStr;

use super::Published;

/// A file that is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its name.
    pub name: String,
    /// The address of the folder that it is in, with a slash at the end.
    pub base: String,
    /// Its length.
    pub bytes: u64,
    /// Its MD5, in small hexadecimal.
    pub md5: String,
}

const CIFAR: &str = "https://www.cs.toronto.edu/~kriz/";
const SVHN: &str = "http://ufldl.stanford.edu/housenumbers/";
const STL10: &str = "http://ai.stanford.edu/~acoates/stl10/";
const TINY: &str = "http://cs231n.stanford.edu/";

/// The files that make up `kind`, with SVHN's further training pictures if `extra`; none of data sets that
/// are given out only to those who agree to terms, or that are no published set.
#[must_use]
pub fn archives(kind: Published, extra: bool) -> Vec<Archive> {
    let files: &[(&str, &str, u64)] = match kind {
        // The Python version, which torchvision fetches too: one folder of data serves both.
        Published::Cifar10 => &[(CIFAR, "cifar-10-python.tar.gz", 170_498_071)],
        Published::Cifar100 => &[(CIFAR, "cifar-100-python.tar.gz", 169_001_437)],
        Published::Svhn if extra => &[
            (SVHN, "train_32x32.mat", 182_040_794),
            (SVHN, "test_32x32.mat", 64_275_384),
            (SVHN, "extra_32x32.mat", 1_329_278_602),
        ],
        Published::Svhn => &[
            (SVHN, "train_32x32.mat", 182_040_794),
            (SVHN, "test_32x32.mat", 64_275_384),
        ],
        Published::Stl10 => &[(STL10, "stl10_binary.tar.gz", 2_640_397_119)],
        Published::ImageNet200 => &[(TINY, "tiny-imagenet-200.zip", 248_100_043)],
        Published::ImageNet | Published::ImageNetLt | Published::Folder => &[],
    };
    files
        .iter()
        .filter_map(|&(base, name, bytes)| {
            Some(Archive {
                name: name.to_owned(),
                base: base.to_owned(),
                bytes,
                md5: md5(kind, OsStr::new(name))?.to_owned(),
            })
        })
        .collect()
}

/// The MD5 that was published of the file called `name` of the data set `kind`.
///
/// Those of CIFAR's archives are on the data set's page and, like those of the unpacked files, of SVHN and
/// of STL-10, in torchvision's `cifar.py`, `svhn.py` and `stl10.py`. Tiny ImageNet's publishers give none:
/// its sum is the one that programs reading it agree on.
#[must_use]
pub fn md5(kind: Published, name: &OsStr) -> Option<&'static str> {
    let sums: &[(&str, &str)] = match kind {
        Published::Cifar10 => &[
            ("cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a"),
            ("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530"),
            ("data_batch_1", "c99cafc152244af753f735de768cd75f"),
            ("data_batch_2", "d4bba439e000b95fd0a9bffe97cbabec"),
            ("data_batch_3", "54ebc095f3ab1f0389bbae665268c751"),
            ("data_batch_4", "634d18415352ddfa80567beed471001a"),
            ("data_batch_5", "482c414d41f54cd18b22e5b47cb7c3cb"),
            ("test_batch", "40351d587109b95175f43aff81a1287e"),
            ("batches.meta", "5ff9c542aee3614f3951f8cda6e48888"),
        ],
        Published::Cifar100 => &[
            (
                "cifar-100-python.tar.gz",
                "eb9058c3a382ffc7106e4002c42a8d85",
            ),
            (
                "cifar-100-binary.tar.gz",
                "03b5dce01913d631647c71ecec9e9cb8",
            ),
            ("train", "16019d7e3df5f24257cddd939b257f8d"),
            ("test", "f0ef6b0ae62326f3e7ffdfab6717acfc"),
            ("meta", "7973b15100ade9c7d40fb424638fde48"),
        ],
        Published::Svhn => &[
            ("train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"),
            ("test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3"),
            ("extra_32x32.mat", "a93ce644f1a588dc4d68dda5feec44a7"),
        ],
        Published::Stl10 => &[
            ("stl10_binary.tar.gz", "91f7769df0f17e558f3565bffb0c7dfb"),
            ("train_X.bin", "918c2871b30a85fa023e0c44e0bee87f"),
            ("train_y.bin", "5a34089d4802c674881badbb80307741"),
            ("test_X.bin", "7f263ba9f9e0b06b93213547f721ac82"),
            ("test_y.bin", "36f9794fa4beb8a2c72628de14fa638e"),
        ],
        Published::ImageNet200 => &[("tiny-imagenet-200.zip", "90528d7ca1a48142e341f4ef8d21d0de")],
        Published::ImageNet | Published::ImageNetLt | Published::Folder => &[],
    };
    let found = sums.iter().find(|(known, _)| name == *known);
    found.map(|(_, sum)| *sum)
}
