//! The SSH public key that goes onto the instances: read, judged, and forgotten but for its fingerprint.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;
use ssh_key::{Algorithm, HashAlg};

use super::files::{cause, shown};
use super::settings::{Settings, expand, home};
use crate::core::fault::Fault;
use crate::core::text::untrusted::Untrusted;

/// No key in OpenSSH form is longer: RSA with 16,384 bits has 2,800 bytes.
const LONGEST: u64 = 16 * 1024;

/// A public key that EC2 and kops accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicKey {
    pub path: PathBuf,
    /// `SHA256:` and the hash in base64, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    pub comment: Untrusted,
}

/// Reads a key of at most 16 KiB; `~/` is the home folder. A Fault for a private key, another type than RSA or Ed25519
/// (EC2 user guide, "Create a key pair"), or a file that is not one key.
pub fn read(path: &Path) -> Result<PublicKey, Fault> {
    let path = expand(path);
    let text = head(&path)?;
    if text.contains("PRIVATE KEY") || text.starts_with("PuTTY-User-Key-File") {
        return Err(private(&path));
    }
    // By its first word, because the library reads only the types that it was built for.
    let word = text.split_whitespace().next().unwrap_or_default();
    match Algorithm::new(word) {
        Ok(Algorithm::Rsa { .. } | Algorithm::Ed25519) => parsed(path, only_line(&text)),
        Ok(Algorithm::Other(_)) | Err(_) => Err(no_key_type(&path, word, &text)),
        Ok(other) => Err(wrong_type(&path, other.as_str())),
    }
}

// kops stores the whole file as the key, and sshd then lets in whoever has any of its lines' keys.
fn only_line(text: &str) -> Option<&str> {
    let mut lines = text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    lines.next().is_none().then_some(first.trim())
}

fn parsed(path: PathBuf, line: Option<&str>) -> Result<PublicKey, Fault> {
    let text = line.ok_or_else(|| several(&path))?;
    let key = ssh_key::PublicKey::from_openssh(text)
        .map_err(|error| not_a_key(&path, &error.to_string()))?;
    Ok(PublicKey {
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
        comment: Untrusted::from(key.comment()),
        path,
    })
}

/// The key of the command line, else the first of `~/.ssh/id_ed25519.pub` and `~/.ssh/id_rsa.pub` that exists.
pub fn default_path(settings: &Settings) -> Option<PathBuf> {
    if let Some(path) = &settings.ssh_public_key {
        return Some(path.clone());
    }
    let ssh = home()?.join(".ssh");
    ["id_ed25519.pub", "id_rsa.pub"]
        .map(|name| ssh.join(name))
        .into_iter()
        .find(|path| path.exists())
}

// One byte more than the longest tells that the file is longer, without reading it.
fn head(path: &Path) -> Result<String, Fault> {
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(LONGEST + 1)
        .read_to_end(&mut text)
        .map_err(|error| unreadable(path, &error))?;
    if text.len() as u64 > LONGEST {
        return Err(not_a_key(path, "the file is longer than 16 KiB"));
    }
    String::from_utf8(text).map_err(|_| not_a_key(path, "the file is not text"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    Fault::new(
        format!("the SSH public key {} cannot be read", shown(path)),
        cause(error),
        "name a public key, or make a pair: ssh-keygen -t ed25519",
    )
}

fn private(path: &Path) -> Fault {
    let public = format!("{}.pub", shown(path));
    Fault::new(
        format!("the file {} is a private key", shown(path)),
        "a private key never leaves its machine; AWS and kops need the public one",
        format!(
            "name its public key, usually {public}; if it is lost: ssh-keygen -y -f {} > {public}",
            shown(path)
        ),
    )
}

fn wrong_type(path: &Path, kind: &str) -> Fault {
    Fault::new(
        format!(
            "the SSH public key {} is of type {}",
            shown(path),
            crate::core::text::untrusted::visible(kind)
        ),
        "EC2 accepts RSA and Ed25519 keys only",
        "make a pair: ssh-keygen -t ed25519, and name its .pub file",
    )
}

fn several(path: &Path) -> Fault {
    Fault::new(
        format!("the file {} holds more than one line", shown(path)),
        "on AWS kops takes exactly one key, and whatever else the file holds would go onto the instances with it",
        "name a file with the one key that shall log in: one line like ssh-ed25519 AAAA… name",
    )
}

// What files there are beside those that kops takes, by how they begin.
fn no_key_type(path: &Path, word: &str, text: &str) -> Fault {
    let typed = |word: &str| !matches!(Algorithm::new(word), Ok(Algorithm::Other(_)) | Err(_));
    let why = match () {
        () if word.is_empty() => "it is empty",
        () if word.contains("-cert-v01@openssh.com") => {
            "it is a certificate, and AWS and kops need the key that was certified"
        }
        () if word.starts_with('#') => {
            "its first line is a comment, and kops stores the whole file as the key"
        }
        () if text.contains("BEGIN SSH2 PUBLIC KEY") => {
            "it has the form of RFC 4716, and kops reads OpenSSH's; ssh-keygen -i -f prints it so"
        }
        () if text.split_whitespace().any(typed) => {
            "something stands before the key, such as options of authorized_keys"
        }
        () => "it does not begin with a key type",
    };
    not_a_key(path, why)
}

fn not_a_key(path: &Path, why: &str) -> Fault {
    Fault::new(
        format!("the file {} is not an SSH public key", shown(path)),
        why.to_owned(),
        "name a file with one line like: ssh-ed25519 AAAA… name",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti a\u{1b}[2Jb\n";
    const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHwf2HMM5TRXvo2SQJjsNkiDD5KqiiNjrGVv3UUh+mMT5RHxiRtOnlqvjhQtBq0VpmpCV/PwUdhOig4vkbqAcEc= x\n";

    fn fault_of(text: &str) -> Fault {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, text).unwrap();
        read(&path).unwrap_err()
    }

    #[test]
    fn a_public_key_has_a_fingerprint_and_an_untrusted_comment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pub");
        fs::write(&path, ED25519).unwrap();
        let key = read(&path).unwrap();
        assert_eq!(
            key.fingerprint,
            "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ"
        );
        assert_eq!(key.comment.raw(), "a\u{1b}[2Jb");
        assert_eq!(key.path, path);
    }

    #[test]
    fn a_private_key_is_refused_with_its_public_one_named() {
        let fault = fault_of(
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----\n",
        );
        assert!(fault.what.ends_with("key is a private key"));
        assert!(fault.remedy.contains("key.pub"));
        assert!(fault.detail.is_none());
    }

    #[test]
    fn a_file_with_two_keys_or_more_than_a_key_is_refused() {
        let plain =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti me";
        for more in [
            format!("{plain}\n{plain}\n"),
            format!("\n{plain}\n\n{plain}"),
            format!("{plain}\r{plain}\n"),
            format!("{plain}\r\n# another\r\n"),
            format!("{plain}\nhello\n"),
            format!("{plain}\n{ECDSA}"),
        ] {
            let fault = fault_of(&more);
            assert!(
                fault.what.ends_with("key holds more than one line"),
                "{more:?}: {fault}"
            );
        }
        for one in [plain.to_string(), format!("\n{plain}\r\n\n")] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("key");
            fs::write(&path, &one).unwrap();
            assert_eq!(read(&path).unwrap().comment.raw(), "me", "{one:?}");
        }
    }

    #[test]
    fn other_types_long_files_and_other_texts_are_refused() {
        assert!(
            fault_of(ECDSA)
                .what
                .ends_with("is of type ecdsa-sha2-nistp256")
        );
        assert_eq!(
            fault_of(&"x".repeat(20_000)).why,
            "the file is longer than 16 KiB"
        );
        assert!(
            fault_of("hello\n")
                .what
                .ends_with("is not an SSH public key")
        );
        assert!(
            read(Path::new("/nowhere/key.pub"))
                .unwrap_err()
                .what
                .ends_with("cannot be read")
        );
    }

    #[test]
    fn a_file_of_another_form_is_refused_for_what_it_is() {
        let key = ED25519.split_whitespace().nth(1).unwrap();
        for (text, why) in [
            ("", "it is empty"),
            (
                "# mine\nssh-ed25519 AAAA me\n",
                "its first line is a comment",
            ),
            (
                "ssh-ed25519-cert-v01@openssh.com AAAA me\n",
                "it is a certificate",
            ),
            (
                &format!("from=\"10.0.0.0/8\" ssh-ed25519 {key} me\n"),
                "something stands before the key",
            ),
            (
                "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n",
                "it has the form of RFC 4716",
            ),
        ] {
            let fault = fault_of(text);
            assert!(fault.why.starts_with(why), "{text:?}: {fault}");
        }
    }
}
