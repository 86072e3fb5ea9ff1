//! No circle of imports between the files of a room: a file can be read without those that use it. A module's own file and its
//! children may import from each other.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::{Path, PathBuf},
};

use syn::{ItemMod, ItemUse, UseTree, Visibility, ext::IdentExt, visit::Visit};

/// Rooms that still have circles.
const NOT_YET: &[&str] = &["hmpps", "simulator"];

/// A path from the root of a crate; of a file, that of its module.
type Module = Vec<String>;

/// What a file imports and offers.
#[derive(Default)]
struct File {
    /// The module that is being read: the file's, or one inside it.
    module: Module,
    /// Paths that the file needs; a re-export is not among them, because it only gives another address to a name.
    needs: Vec<Module>,
    /// Names that `use` brings into the module.
    names: BTreeMap<String, Module>,
    /// Modules of which `use` brings in everything.
    globs: Vec<Module>,
    defines: BTreeSet<String>,
    /// Modules that are compiled for tests only.
    test_modules: Vec<Module>,
}

impl File {
    fn read(path: &Path, module: Module) -> Self {
        let mut file = Self {
            module,
            ..Self::default()
        };
        let parsed = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
        for item in &parsed.items {
            file.defines.extend(name_of(item));
        }
        file.visit_file(&parsed);
        file
    }

    /// A path as it stands in the file, from the root; none for another crate's.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let up = path.iter().take_while(|part| *part == "super").count();
        match first.as_str() {
            "crate" | "$crate" => Some(rest.to_vec()),
            "self" => Some([&self.module, rest].concat()),
            "super" => {
                let parent = &self.module[..self.module.len().checked_sub(up)?];
                Some([parent, &path[up..]].concat())
            }
            child if self.defines.contains(child) => Some([&self.module[..], path].concat()),
            _ => None,
        }
    }

    fn import(&mut self, tree: &UseTree, before: &[String], is_reexport: bool) {
        let with = |name: &syn::Ident| [before, &[name.unraw().to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &with(&path.ident), is_reexport),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.import(item, before, is_reexport);
                }
            }
            UseTree::Glob(_) => {
                if let Some(from) = self.absolute(before) {
                    self.need(&from, is_reexport);
                    self.globs.push(from);
                }
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.bring(before.last().cloned(), before, is_reexport);
            }
            UseTree::Name(name) => self.bring(Some(name.ident.to_string()), &with(&name.ident), is_reexport),
            UseTree::Rename(name) => {
                self.bring(Some(name.rename.to_string()), &with(&name.ident), is_reexport);
            }
        }
    }

    fn bring(&mut self, name: Option<String>, path: &[String], is_reexport: bool) {
        if let Some(path) = self.absolute(path) {
            self.need(&path, is_reexport);
            self.names.extend(name.map(|name| (name, path)));
        }
    }

    fn need(&mut self, path: &Module, is_reexport: bool) {
        if !is_reexport {
            self.needs.push(path.clone());
        }
    }
}

impl<'ast> Visit<'ast> for File {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let is_test = |attribute: &syn::Attribute| {
            let list = attribute.meta.require_list();
            list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
        };
        self.module.push(module.ident.to_string());
        if module.attrs.iter().any(is_test) {
            self.test_modules.push(self.module.clone());
        } else {
            syn::visit::visit_item_mod(self, module);
        }
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], is_reexport);
    }

    /// `pub(crate)` holds a path, but imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Module = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if matches!(parts[0].as_str(), "crate" | "self" | "super") && parts.len() > 1 {
            self.needs.extend(self.absolute(&parts));
        }
        syn::visit::visit_path(self, path);
    }
}

fn name_of(item: &syn::Item) -> Option<String> {
    let ident = match item {
        syn::Item::Const(item) => &item.ident,
        syn::Item::Enum(item) => &item.ident,
        syn::Item::Fn(item) => &item.sig.ident,
        syn::Item::Mod(item) => &item.ident,
        syn::Item::Static(item) => &item.ident,
        syn::Item::Struct(item) => &item.ident,
        syn::Item::Trait(item) => &item.ident,
        syn::Item::Type(item) => &item.ident,
        syn::Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(ident.to_string())
}

/// The files of a room, by module.
struct Room(BTreeMap<Module, File>);

impl Room {
    fn read(source: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(source.join(&folder)).unwrap() {
                let path = folder.join(entry.unwrap().file_name());
                let mut module: Module = path
                    .with_extension("")
                    .iter()
                    .map(|part| part.to_string_lossy().into_owned())
                    .collect();
                if source.join(&path).is_dir() {
                    folders.push(path);
                    continue;
                }
                let is_rust = path.extension().is_some_and(|extension| extension == "rs");
                if !is_rust || path.ends_with("main.rs") {
                    continue;
                }
                if path.ends_with("mod.rs") || path.ends_with("lib.rs") {
                    module.pop();
                }
                files.insert(module.clone(), File::read(&source.join(&path), module));
            }
        }
        let tests: Vec<Module> = files
            .values()
            .flat_map(|file: &File| file.test_modules.clone())
            .collect();
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self(files)
    }

    /// The file that defines what a path names, through all re-exports. What nothing names is from a macro.
    fn defining(&self, path: &[String], steps: usize) -> Option<Module> {
        let depth = (0..=path.len())
            .rev()
            .find(|depth| self.0.contains_key(&path[..*depth]))?;
        let (module, rest) = path.split_at(depth);
        let file = &self.0[module];
        let Some(name) = rest.first().filter(|name| !file.defines.contains(*name)) else {
            return Some(module.to_vec());
        };
        let from = file.names.get(name).cloned();
        let from = from.or_else(|| Some([&file.globs.first()?[..], &rest[..1]].concat()));
        match from {
            Some(from) if steps > 0 => self.defining(&from, steps - 1),
            _ => Some(module.to_vec()),
        }
    }

    /// Which files each file imports from.
    fn imports(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let of_one_module = |one: &Module, other: &Module| {
            one.split_last().is_some_and(|(_, parent)| parent == other)
                || other.split_last().is_some_and(|(_, parent)| parent == one)
        };
        let imports = |(module, file): (_, &File)| {
            let all = file.needs.iter().filter_map(|path| self.defining(path, 10));
            all.filter(|other| other != module && !of_one_module(module, other))
                .collect()
        };
        self.0
            .iter()
            .map(|(module, file)| (module, imports((module, file))))
            .collect()
    }

    /// The shortest circle through each file that is part of one.
    fn circles(&self) -> BTreeSet<String> {
        let imports = self.imports();
        let shortest = |start: &Module| {
            let mut paths = VecDeque::from([vec![start]]);
            let mut seen = BTreeSet::new();
            while let Some(path) = paths.pop_front() {
                for next in &imports[path.last()?] {
                    if next == start {
                        let circle: Vec<_> = path.iter().map(|module| module.join("::")).collect();
                        return Some(circle.join(" → "));
                    }
                    if seen.insert(next) {
                        paths.push_back([&path[..], &[next]].concat());
                    }
                }
            }
            None
        };
        imports.keys().filter_map(|module| shortest(module)).collect()
    }
}

#[test]
fn no_file_imports_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (room, ..) in super::ROOMS.iter().filter(|(room, ..)| !NOT_YET.contains(room)) {
        let source = root.join(room).join("src");
        let circles = Room::read(&source).circles();
        assert!(circles.is_empty(), "{room} has circles of imports: {circles:#?}");
    }
}

#[test]
fn a_circle_is_found_through_reexports_and_paths_but_not_between_parent_and_child() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod a; mod b; mod c; pub use a::A;");
    write("a.rs", "use crate::b::{B, other::*}; pub struct A;");
    write("b.rs", "mod child; use self::child::C; pub struct B;");
    write("b/child.rs", "use super::B; pub struct C;");
    write(
        "c.rs",
        "#[cfg(test)] mod tests { use crate::a::A; } use crate::A;",
    );
    let circles = || Room::read(folder.path()).circles();
    assert_eq!(circles(), BTreeSet::new());

    write("b.rs", "mod child; pub struct B; fn b() -> crate::A { todo!() }");
    assert_eq!(
        circles(),
        BTreeSet::from(["a → b".to_owned(), "b → a".to_owned()])
    );
}
