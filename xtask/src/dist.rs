//! Builds the release archive: the stripped binary, completions, man pages, licenses and checksums.
//! The build is reproducible.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Outcome, cargo, program, root, say, scaleengine, target};

/// The shells, and the file names that they look for.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "scaleengine.bash"),
    ("zsh", "_scaleengine"),
    ("fish", "scaleengine.fish"),
    ("elvish", "scaleengine.elv"),
    ("powershell", "scaleengine.ps1"),
];
const TEXTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];
const CHECKSUMS: &str = "SHA256SUMS";

/// Builds the release archive.
pub(crate) fn run() -> Outcome {
    cargo("build --release --locked -p scaleengine-cli").run()?;
    archive(&target()?.join("release/scaleengine"), "dist")
}

/// Builds the same archive with the debug binary, to save the time of a release build.
pub(crate) fn check() -> Outcome {
    archive(&scaleengine()?, "dist-check")
}

fn archive(binary: &Path, place: &str) -> Outcome {
    let version = program(binary, ["--version"]).output()?.trim().replace(' ', "-");
    let name = format!("{version}-{}", host()?);
    let dist = target()?.join(place);
    let folder = dist.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("completions"))?;
    fs::copy(binary, folder.join("scaleengine"))?;
    program("strip", ["scaleengine"]).in_folder(&folder).run()?;
    for text in TEXTS {
        fs::copy(root().join(text), folder.join(text))?;
    }
    for (shell, file) in COMPLETIONS {
        fs::write(folder.join("completions").join(file), program(binary, ["completions", shell]).output()?)?;
    }
    let pages = folder.join("man/man1");
    program(binary, ["man", "--dir", &pages.to_string_lossy()]).quietly()?;
    let files: Vec<String> = files(&folder)?.iter().map(|file| relative(file, &folder)).collect();
    let sums = program("sha256sum", &files).in_folder(&folder).output()?;
    fs::write(folder.join(CHECKSUMS), sums)?;

    let archive = dist.join(format!("{name}.tar.gz"));
    pack(&dist, &name, &archive)?;
    unpack(&dist, &name, &archive)?;
    say(&format!("{}: {} files, {} KiB", archive.display(), files.len() + 1, fs::metadata(&archive)?.len() / 1024));
    Ok(())
}

/// Returns the host platform, such as `x86_64-unknown-linux-gnu`.
fn host() -> Outcome<String> {
    let told = program("rustc", ["-vV"]).output()?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc -vV prints no host")?;
    Ok(host.to_owned())
}

/// Packs the folder. The same files always give the same bytes, independent of time and user.
fn pack(dist: &Path, name: &str, archive: &Path) -> Outcome {
    let fixed = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "--mode=u+rwX,go+rX,go-w"];
    let tar = dist.join(format!("{name}.tar"));
    let tar_path = tar.to_string_lossy().into_owned();
    program("tar", fixed.iter().copied().chain(["-cf", &tar_path, name])).in_folder(dist).run()?;
    program("gzip", ["--no-name", "--best", "--force", &tar_path]).run()?;
    if archive.exists() { Ok(()) } else { Err("gzip wrote no archive".into()) }
}

/// Unpacks the archive, verifies its checksums and runs the binary.
fn unpack(dist: &Path, name: &str, archive: &Path) -> Outcome {
    let place = dist.join("unpacked");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    program("tar", ["-xzf", &*archive.to_string_lossy()]).in_folder(&place).run()?;
    let folder = place.join(name);
    program("sha256sum", ["--check", "--quiet", "--strict", CHECKSUMS]).in_folder(&folder).run()?;
    let close = "--sandbox stream close --app demo-origin --inst live --stream my_live_stream";
    let answer = program(folder.join("scaleengine"), close.split(' ')).in_folder(&folder).output()?;
    if !answer.starts_with("stream.close: success") {
        return Err(format!("the unpacked binary printed: {answer}").into());
    }
    let sections = program("readelf", ["--section-headers", "--wide", "scaleengine"]).in_folder(&folder).output()?;
    if sections.contains(".symtab") || sections.contains(".debug_info") {
        return Err("the binary is not stripped".into());
    }
    fs::remove_dir_all(&place)?;
    Ok(())
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn relative(file: &Path, folder: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned()
}
