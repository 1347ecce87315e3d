//! Checks that no files of a crate import each other, directly or in a cycle. A file that is not in
//! a cycle can be read, moved and tested on its own.
//!
//! An import is any path that names an item of another file: in a `use`, a type, an expression or a
//! pattern. A re-export (`pub use`) is not an import, and an item imported through one counts as
//! imported from the file that defines it. Items of enclosing modules (`super::Item`) do not count,
//! because a folder is one unit with its `mod.rs`. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use crate::process::{Outcome, root, say};

/// The segments of a path, from the root of the crate.
type Segments = Vec<String>;

/// Checks every crate in `crates/`.
pub(crate) fn run() -> Outcome {
    let mut circles = Vec::new();
    for entry in std::fs::read_dir(root().join("crates"))? {
        let folder = entry?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for files in Crate::read(&folder.join("src"))?.circles() {
            let files: Vec<_> = files.iter().map(|file| format!("src/{}", file.display())).collect();
            circles.push(format!("{name}: {}", files.join(", ")));
        }
    }
    if circles.is_empty() {
        say("no files import each other in a cycle");
        return Ok(());
    }
    Err(format!("these files import each other in a cycle:\n  {}", circles.join("\n  ")).into())
}

/// The modules of a crate.
#[derive(Default)]
struct Crate {
    modules: BTreeMap<Segments, Module>,
}

/// One module: a file, or a block in a file.
struct Module {
    file: PathBuf,
    /// Its `use` declarations: the local name and the imported path. A glob has the name `*`.
    uses: Vec<(String, Segments)>,
    /// Every path in its code, as written.
    paths: Vec<Segments>,
}

impl Crate {
    fn read(folder: &Path) -> Outcome<Self> {
        let mut own = Self::default();
        let start = if folder.join("lib.rs").exists() { "lib.rs" } else { "main.rs" };
        own.add_file(folder, Path::new(start), Segments::new())?;
        Ok(own)
    }

    fn add_file(&mut self, folder: &Path, file: &Path, path: Segments) -> Outcome {
        let shown = folder.join(file);
        let text = std::fs::read_to_string(&shown).map_err(|error| format!("{}: {error}", shown.display()))?;
        let parsed = syn::parse_file(&text).map_err(|error| format!("{}: {error}", shown.display()))?;
        self.add_items(folder, file, path, &parsed.items)
    }

    fn add_items(&mut self, folder: &Path, file: &Path, path: Segments, items: &[syn::Item]) -> Outcome {
        let mut module = Module { file: file.to_owned(), uses: Vec::new(), paths: Vec::new() };
        for item in items.iter().filter(|item| !is_test(item)) {
            match item {
                syn::Item::Mod(child) => {
                    let inner = [&path[..], &[child.ident.to_string()]].concat();
                    match &child.content {
                        Some((_, items)) => self.add_items(folder, file, inner, items)?,
                        None => self.add_file(folder, &file_of(folder, &inner), inner)?,
                    }
                }
                item => Reader { module: &mut module }.visit_item(item),
            }
        }
        // A name that is re-exported and also used here is an import.
        let used: BTreeSet<_> = module.paths.iter().filter_map(|path| path.first().cloned()).collect();
        let own = module.uses.iter().filter(|(name, _)| used.contains(name));
        let own: Vec<_> = own.map(|(_, path)| path.clone()).collect();
        module.paths.extend(own);
        self.modules.insert(path, module);
        Ok(())
    }

    /// Returns the files that each file imports from.
    fn imports(&self) -> BTreeMap<&Path, BTreeSet<&Path>> {
        let mut imports: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
        for (path, module) in &self.modules {
            let own = imports.entry(&module.file).or_default();
            let above = |file: &&Path| (0..path.len()).any(|count| self.is_in(path.get(..count), file));
            own.extend(module.paths.iter().filter_map(|named| self.file(path, named, 0)).filter(|file| !above(file)));
            own.remove(module.file.as_path());
        }
        imports
    }

    /// Returns whether a module is in a file.
    fn is_in(&self, module: Option<&[String]>, file: &Path) -> bool {
        module.and_then(|module| self.modules.get(module)).is_some_and(|module| module.file == file)
    }

    /// Returns the file that defines the item at a path, seen from a module, or `None` if the item
    /// is outside the crate.
    fn file(&self, from: &[String], named: &[String], depth: usize) -> Option<&Path> {
        let absolute = self.absolute(from, named)?;
        let known = (0..=absolute.len()).rev().find_map(|count| {
            let module = absolute.get(..count)?;
            Some((module, self.modules.get(module)?, absolute.get(count..)?))
        });
        let (module, found, rest) = known?;
        let Some(name) = rest.first() else { return Some(&found.file) };
        // Follow re-exports, up to a limit.
        let through = found.uses.iter().filter(|(own, _)| own == name || own == "*").find_map(|(own, path)| {
            let path = if own == "*" { [&path[..], std::slice::from_ref(name)].concat() } else { path.clone() };
            let inner = if depth < 8 { self.file(module, &path, depth + 1) } else { None };
            inner.filter(|file| own != "*" || *file != found.file)
        });
        through.or(Some(&found.file))
    }

    /// Returns the path from the root of the crate, or `None` if it begins with neither a keyword
    /// nor a child module.
    fn absolute(&self, from: &[String], named: &[String]) -> Option<Segments> {
        let (first, rest) = named.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([from, rest].concat()),
            "super" => {
                let (_, parent) = from.split_last()?;
                match rest.first().map(String::as_str) {
                    Some("super") => self.absolute(parent, rest),
                    _ => Some([parent, rest].concat()),
                }
            }
            name => {
                let child = [from, &[name.to_owned()]].concat();
                self.modules.contains_key(&child).then(|| [from, named].concat())
            }
        }
    }

    /// Returns the sets of files that import each other, directly or indirectly.
    fn circles(&self) -> Vec<Vec<PathBuf>> {
        let imports = self.imports();
        let reached: BTreeMap<_, _> = imports.keys().map(|file| (*file, reached(&imports, file))).collect();
        let mut circles = BTreeSet::new();
        for (file, others) in &reached {
            let back = |other: &&&Path| reached.get(**other).is_some_and(|files| files.contains(file));
            let circle: Vec<_> = others.iter().filter(back).map(|file| file.to_path_buf()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }
}

/// Returns every file that a file imports, directly or indirectly.
fn reached<'a>(imports: &BTreeMap<&'a Path, BTreeSet<&'a Path>>, from: &Path) -> BTreeSet<&'a Path> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Path> = imports.get(from).into_iter().flatten().copied().collect();
    while let Some((file, own)) = open.pop().and_then(|file| imports.get_key_value(file)) {
        if found.insert(*file) {
            open.extend(own);
        }
    }
    found
}

/// Returns the file of a module: `a/b.rs` or `a/b/mod.rs` for `a::b`.
fn file_of(folder: &Path, path: &[String]) -> PathBuf {
    let path: PathBuf = path.iter().collect();
    let file = path.with_extension("rs");
    if folder.join(&file).exists() { file } else { path.join("mod.rs") }
}

/// Returns whether an item is a module for tests only.
fn is_test(item: &syn::Item) -> bool {
    let syn::Item::Mod(module) = item else { return false };
    module.attrs.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|flag| flag == "test")
    })
}

/// A visitor that collects the paths in a module's code.
struct Reader<'a> {
    module: &'a mut Module,
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &mut Segments::new(), &mut found);
        if matches!(item.vis, syn::Visibility::Inherited) {
            self.module.paths.extend(found.iter().map(|(_, path)| path.clone()));
        }
        self.module.uses.extend(found);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.module.paths.push(segments);
        visit::visit_path(self, path);
    }
}

/// Collects the names that a `use` declaration introduces, and the path of each.
fn leaves(tree: &syn::UseTree, before: &mut Segments, found: &mut Vec<(String, Segments)>) {
    match tree {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            leaves(&path.tree, before, found);
            before.pop();
        }
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, before, found)),
        syn::UseTree::Name(name) if name.ident == "self" => {
            found.push((before.last().cloned().unwrap_or_default(), before.clone()));
        }
        syn::UseTree::Name(name) => {
            found.push((name.ident.to_string(), [&before[..], &[name.ident.to_string()]].concat()));
        }
        syn::UseTree::Rename(rename) => {
            found.push((rename.rename.to_string(), [&before[..], &[rename.ident.to_string()]].concat()));
        }
        syn::UseTree::Glob(_) => found.push(("*".to_owned(), before.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_cycles_are_found_through_re_exports() {
        let folder = std::env::temp_dir().join(format!("imports-{}", std::process::id()));
        let write = |file: &str, text: &str| {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("lib.rs", "mod a;\nmod b;\nmod c;\npub use c::inner::Deep;");
        write("a.rs", "pub struct A;\nfn f() -> A { crate::b::make() }");
        write("b.rs", "#[cfg(test)]\nmod tests { use crate::a::A; }\npub fn make() {}");
        write("c/mod.rs", "pub mod inner;\npub struct Own;\nfn f(_: inner::Deep) {}");
        write("c/inner.rs", "use super::Own;\npub struct Deep;");
        assert_eq!(Crate::read(&folder).unwrap().circles(), Vec::<Vec<PathBuf>>::new());

        write("b.rs", "use crate::Deep;\npub fn make() {}");
        write("c/inner.rs", "pub struct Deep(crate::a::A);");
        let circle = ["a.rs", "b.rs", "c/inner.rs"].map(PathBuf::from);
        assert_eq!(Crate::read(&folder).unwrap().circles(), [circle]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
