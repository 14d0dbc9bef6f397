//! Tests against a server of our own on the loopback, which can cut connections.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use dl2pa_fixtures::{FolderSizes, Layout, tiny_imagenet};
use tempfile::TempDir;

use super::*;

/// What the server does with a request; the last goes on for ever.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// Sends what is asked for.
    Whole,
    /// Sends so many bytes of it and cuts the connection.
    Cut(usize),
    /// Sends everything from the beginning, or so many bytes of it.
    NoRanges(usize),
    /// Sends only a status line.
    Status(&'static str),
}

struct Server {
    base: String,
    /// The first byte that each request asked for.
    asked: Receiver<usize>,
}

impl Server {
    fn new(content: Vec<u8>, manners: &'static [Manner]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/data/", listener.local_addr().unwrap());
        let (sender, asked) = channel();
        // Ends with the process: no test waits for it.
        let serving = move || {
            let last = manners.last().copied().unwrap_or(Manner::Whole);
            let manners = manners.iter().copied().chain(std::iter::repeat(last));
            for (stream, manner) in listener.incoming().flatten().zip(manners) {
                // Whoever stops in the middle breaks the pipe.
                serve(stream, &content, manner, &sender).ok();
            }
        };
        let builder = thread::Builder::new().name("server".to_owned());
        builder.spawn(serving).unwrap();
        Self { base, asked }
    }

    fn asked(&self) -> Vec<usize> {
        self.asked.try_iter().collect()
    }
}

fn serve(
    mut stream: TcpStream,
    content: &[u8],
    manner: Manner,
    asked: &Sender<usize>,
) -> io::Result<()> {
    let mut first = 0;
    for line in BufReader::new(&stream).lines() {
        let line = line?.to_ascii_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            first = range.trim_end_matches('-').parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    // Before the answer: the client may read on at once when it has that.
    asked.send(first).ok();
    let length = content.len();
    let rest = content.get(first..).unwrap_or_default();
    let range = format!("bytes {first}-{}/{length}", length.saturating_sub(1));
    let (status, header, body) = match manner {
        Manner::Status(status) => (status, String::new(), &[][..]),
        Manner::NoRanges(sent) => ("200 OK", String::new(), &content[..sent.min(length)]),
        Manner::Whole => ("206 Partial Content", range, rest),
        Manner::Cut(sent) => ("206 Partial Content", range, &rest[..sent.min(rest.len())]),
    };
    let promised = match manner {
        Manner::Status(_) => 0,
        Manner::NoRanges(_) => length,
        Manner::Whole | Manner::Cut(_) => rest.len(),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {promised}\r\nConnection: close\r\n"
    )?;
    if !header.is_empty() {
        write!(stream, "Content-Range: {header}\r\n")?;
    }
    write!(stream, "\r\n")?;
    stream.write_all(body)
}

/// Bytes in which no part looks like another.
fn content() -> Vec<u8> {
    (0..300_000_u32)
        .flat_map(|number| number.wrapping_mul(number).to_le_bytes())
        .collect()
}

fn archive(server: &Server, content: &[u8]) -> Archive {
    Archive {
        name: "data.tar.gz".to_owned(),
        base: server.base.clone(),
        bytes: content.len() as u64,
        md5: format!("{:x}", md5::compute(content)),
    }
}

fn go_on(_: Progress<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn a_cut_connection_is_taken_up_where_it_ended() {
    let content = content();
    let server = Server::new(
        content.clone(),
        &[Manner::Cut(500_000), Manner::Cut(1), Manner::Whole],
    );
    let folder = folder();
    let mut reports = Vec::new();
    let path = fetch(
        &archive(&server, &content),
        folder.path(),
        &mut |progress| {
            assert_eq!((progress.name, progress.total), ("data.tar.gz", 1_200_000));
            reports.push(progress.bytes);
            ControlFlow::Continue(())
        },
    )
    .unwrap();
    assert_eq!(fs::read(path).unwrap(), content);
    assert_eq!(names(folder.path()), ["data.tar.gz"]);
    assert_eq!(server.asked(), [0, 500_000, 500_001]);
    assert!(reports.is_sorted() && reports.last() == Some(&1_200_000));
}

#[test]
fn what_another_process_left_is_gone_on_with() {
    let content = content();
    let server = Server::new(content.clone(), &[Manner::Whole]);
    let folder = folder();
    fs::write(folder.path().join("data.tar.gz.part"), &content[..700_000]).unwrap();
    let path = fetch(&archive(&server, &content), folder.path(), &mut go_on).unwrap();
    assert_eq!(fs::read(path).unwrap(), content);
    assert_eq!(server.asked(), [700_000]);
}

#[test]
fn a_stopped_fetch_keeps_what_it_has() {
    let content = content();
    let server = Server::new(content.clone(), &[Manner::Whole]);
    let folder = folder();
    let archive = archive(&server, &content);
    let error = fetch(&archive, folder.path(), &mut |progress| {
        if progress.bytes > 300_000 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(
        matches!(error, Err(DownloadError::Stopped { .. })),
        "{error:?}"
    );
    let part = folder.path().join("data.tar.gz.part");
    let kept = fs::metadata(part).unwrap().len() as usize;
    assert!((300_000..1_200_000).contains(&kept));
    fetch(&archive, folder.path(), &mut go_on).unwrap();
    assert_eq!(server.asked(), [0, kept]);
}

#[test]
fn a_server_without_ranges_begins_anew() {
    let content = content();
    let server = Server::new(
        content.clone(),
        &[Manner::NoRanges(400_000), Manner::NoRanges(usize::MAX)],
    );
    let folder = folder();
    let path = fetch(&archive(&server, &content), folder.path(), &mut go_on).unwrap();
    assert_eq!(fs::read(path).unwrap(), content);
}

#[test]
fn fruitless_attempts_come_to_an_end() {
    let content = content();
    for manners in [
        &[Manner::NoRanges(400_000)][..],
        &[Manner::Cut(0)],
        &[Manner::Status("503 Service Unavailable")],
    ] {
        let server = Server::new(content.clone(), manners);
        let folder = folder();
        let error = fetch(&archive(&server, &content), folder.path(), &mut go_on).unwrap_err();
        assert!(matches!(error, DownloadError::Broken { .. }), "{error}");
        assert!(error.to_string().contains("/data/data.tar.gz"), "{error}");
        assert_eq!(names(folder.path()), ["data.tar.gz.part"]);
        assert!(server.asked().len() >= MAX_FAILURES as usize);
    }
    let server = Server::new(content.clone(), &[Manner::Status("404 Not Found")]);
    let error = fetch(&archive(&server, &content), folder().path(), &mut go_on).unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");
    assert_eq!(server.asked(), [0]);
}

#[test]
fn what_is_not_the_published_file_is_thrown_away() {
    let content = content();
    let mut other = content.clone();
    other[77] ^= 1;
    let longer = [content.as_slice(), b"more"].concat();
    for sent in [other, longer] {
        let server = Server::new(sent, &[Manner::Whole]);
        let folder = folder();
        let error = fetch(&archive(&server, &content), folder.path(), &mut go_on).unwrap_err();
        assert!(matches!(error, DownloadError::Wrong { .. }), "{error}");
        assert!(names(folder.path()).is_empty());
    }
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let content = content();
    let server = Server::new(content.clone(), &[Manner::Whole]);
    let folder = folder();
    let path = folder.path().join("data.tar.gz");
    fs::write(&path, &content).unwrap();
    let archive = archive(&server, &content);
    assert_eq!(fetch(&archive, folder.path(), &mut go_on).unwrap(), path);
    fs::write(&path, "something of the user's").unwrap();
    let error = fetch(&archive, folder.path(), &mut go_on).unwrap_err();
    assert!(matches!(error, DownloadError::Occupied { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"something of the user's");
    assert!(server.asked().is_empty());
}

#[test]
fn two_fetches_of_one_file_do_not_meet() {
    let content = content();
    let server = Server::new(content.clone(), &[Manner::Whole]);
    let folder = folder();
    let held = File::create(folder.path().join("data.tar.gz.part")).unwrap();
    held.lock().unwrap();
    let error = fetch(&archive(&server, &content), folder.path(), &mut go_on).unwrap_err();
    assert!(matches!(error, DownloadError::Busy { .. }), "{error}");
}

#[test]
fn a_zip_archive_is_unpacked_and_read() {
    let folder = folder();
    let sizes = FolderSizes {
        classes: 3,
        train: 2,
        test: 2,
    };
    tiny_imagenet(folder.path(), Layout::Zip, sizes, 5).unwrap();
    let archive = folder.path().join("tiny-imagenet-200.zip");
    unpack(&archive, folder.path()).unwrap();
    assert_eq!(
        names(folder.path()),
        ["tiny-imagenet-200", "tiny-imagenet-200.zip"]
    );
    let report = super::super::verify(Published::ImageNet200, folder.path()).unwrap();
    assert_eq!(report.splits[0].samples, 6);
    // A second time there is nothing to do.
    unpack(&archive, folder.path()).unwrap();
}

#[test]
fn sets_that_are_not_public_say_so() {
    for kind in [
        Published::ImageNet,
        Published::ImageNetLt,
        Published::Folder,
    ] {
        let error = download(kind, Path::new("nowhere"), false, None, &mut go_on).unwrap_err();
        assert!(error.to_string().starts_with(kind.title()), "{error}");
    }
}

#[test]
fn another_base_stands_in_for_the_publishers() {
    let server = Server::new(Vec::new(), &[Manner::Status("404 Not Found")]);
    let folder = folder();
    let base = Some(server.base.as_str());
    let error = download(Published::Svhn, folder.path(), true, base, &mut go_on).unwrap_err();
    let address = format!("`{}train_32x32.mat`", server.base);
    assert!(error.to_string().contains(&address), "{error}");
    assert_eq!(server.asked(), [0]);
}
