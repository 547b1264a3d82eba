//! The program behind the one that is named `kops`: version managers put a small program there that starts the real one.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What starts when the program that was named is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProgramBehind {
    /// That program itself.
    Itself,
    /// Another one, which a version manager keeps for this version.
    Program(PathBuf),
    /// Another one, and which is not seen; the text says why.
    Unseen(String),
}

/// The first bytes of a program for this machine: ELF, and Mach-O of one or of several processors.
const NATIVE: [[u8; 4]; 6] = [
    *b"\x7fELF",
    [0xfe, 0xed, 0xfa, 0xce],
    [0xfe, 0xed, 0xfa, 0xcf],
    [0xce, 0xfa, 0xed, 0xfe],
    [0xcf, 0xfa, 0xed, 0xfe],
    [0xca, 0xfe, 0xba, 0xbe],
];
/// Programs of version managers that look at the name they are started by.
const MANAGERS: [&str; 5] = ["aqua-proxy", "asdf", "mise", "proto-shim", "rtx"];

/// What is behind a program that says that it is kops of this version. Nothing is started: asdf and mise both keep the
/// versions of a program in `installs/PLUGIN/VERSION`, beside the folder `shims` that is on `PATH`.
pub(super) fn find_behind(program: &Path, version: &str) -> ProgramBehind {
    let real = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let is_manager = MANAGERS.contains(&name.as_ref());
    if is_native(&real) && !is_manager {
        return ProgramBehind::Itself;
    }
    let what = if is_manager {
        format!("it is {name}")
    } else {
        "it is a script".to_owned()
    };
    match installed(program, version).as_slice() {
        [one] => ProgramBehind::Program(one.clone()),
        [] => ProgramBehind::Unseen(format!(
            "{what}, and the program that it starts is not known"
        )),
        several => ProgramBehind::Unseen(format!(
            "{what}, and {} programs of version {version} are installed",
            several.len()
        )),
    }
}

fn is_native(path: &Path) -> bool {
    let mut first = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && NATIVE.contains(&first)
}

// Each program once, however many links lead to it.
fn installed(shim: &Path, version: &str) -> Vec<PathBuf> {
    let shims = shim.parent().filter(|folder| folder.ends_with("shims"));
    let Some(root) = shims.and_then(Path::parent) else {
        return Vec::new();
    };
    let plugins = fs::read_dir(root.join("installs")).into_iter().flatten();
    let plugins = plugins.flatten().map(|entry| entry.path());
    let plugins = plugins.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.contains("kops")
    });
    let places = plugins.flat_map(|plugin| {
        [version.to_owned(), format!("v{version}")]
            .into_iter()
            .flat_map(move |version| {
                let folder = plugin.join(version);
                [folder.join("bin/kops"), folder.join("kops")]
            })
    });
    let mut found: Vec<PathBuf> = places
        .filter_map(|path| fs::canonicalize(path).ok())
        .filter(|path| super::is_program(path) && is_native(path))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn put(path: &Path, bytes: &[u8]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    const ELF: &[u8] = b"\x7fELF and so on";

    #[test]
    fn a_program_and_a_link_to_one_are_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("kops-1.36.2");
        put(&program, ELF);
        let link = folder.path().join("kops");
        symlink(&program, &link).unwrap();
        assert_eq!(find_behind(&program, "1.36.2"), ProgramBehind::Itself);
        assert_eq!(find_behind(&link, "1.36.2"), ProgramBehind::Itself);
    }

    #[test]
    fn asdf_and_mise_are_followed_to_the_version_that_was_printed() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let shim = root.join("shims/kops");
        put(&shim, b"#!/usr/bin/env bash\nexec asdf exec kops \"$@\"\n");
        let real = root.join("installs/kops/1.36.2/bin/kops");
        put(&real, ELF);
        put(&root.join("installs/kops/1.35.0/bin/kops"), ELF);
        put(&root.join("installs/kubectl/1.36.2/bin/kops"), ELF);
        assert_eq!(
            find_behind(&shim, "1.36.2"),
            ProgramBehind::Program(real.clone())
        );
        let mise = root.join("bin/mise");
        put(&mise, ELF);
        fs::remove_file(&shim).unwrap();
        symlink(&mise, &shim).unwrap();
        assert_eq!(
            find_behind(&shim, "1.36.2"),
            ProgramBehind::Program(real.clone())
        );
        put(&root.join("installs/ubi-kubernetes-kops/v1.36.2/kops"), ELF);
        let several = "it is mise, and 2 programs of version 1.36.2 are installed";
        assert_eq!(
            find_behind(&shim, "1.36.2"),
            ProgramBehind::Unseen(several.to_owned())
        );
        fs::remove_file(real).unwrap();
        let other = find_behind(&shim, "1.34.0");
        let none = "it is mise, and the program that it starts is not known";
        assert_eq!(other, ProgramBehind::Unseen(none.to_owned()));
    }

    #[test]
    fn what_a_script_starts_is_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("kops");
        put(&script, b"#!/bin/sh\nexec /opt/kops \"$@\"\n");
        let why = "it is a script, and the program that it starts is not known";
        assert_eq!(
            find_behind(&script, "1.36.2"),
            ProgramBehind::Unseen(why.to_owned())
        );
    }
}
