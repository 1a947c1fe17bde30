//! What a component holds, read before any of it is compiled: compiling a large one takes a minute.

use wasmparser::{
    BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind, ConstExpr,
    DataKind, ElementKind, Encoding, Instance, Operator, Parser, Payload,
};

use crate::contract::{PACKAGE, VERSION, export};
use crate::load_error::LoadError;

/// The only interface that a connector may import.
const DIAGNOSTICS: &str = "diagnostics";

/// A component from outside.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    imports: Vec<String>,
    exports: Vec<String>,
    /// What one instance takes; none when only instantiating it tells.
    pub needs: Option<Needs>,
    /// Whether a module computes constants, which not every engine can.
    pub extended_constants: bool,
}

/// What one instance of a component takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Instances of core modules.
    pub core_instances: u32,
    /// Their memories.
    pub memories: u32,
    /// Bytes that the largest memory has from the beginning.
    pub memory_bytes: u64,
    /// Their tables.
    pub tables: u32,
    /// Elements that the largest table has from the beginning.
    pub elements: u64,
}

impl Needs {
    /// Whether all of it is there.
    pub fn fit(&self, room: &Needs) -> bool {
        self.core_instances <= room.core_instances
            && self.memories <= room.memories
            && self.memory_bytes <= room.memory_bytes
            && self.tables <= room.tables
            && self.elements <= room.elements
    }

    fn add(&mut self, module: &Needs) {
        self.core_instances = self.core_instances.saturating_add(1);
        self.memories = self.memories.saturating_add(module.memories);
        self.memory_bytes = self.memory_bytes.max(module.memory_bytes);
        self.tables = self.tables.saturating_add(module.tables);
        self.elements = self.elements.max(module.elements);
    }
}

/// What is being read.
enum Level {
    Module(Needs),
    /// With its modules; of one from elsewhere nothing is known.
    Component(Vec<Option<Needs>>),
}

impl Outline {
    /// Fails when the bytes are no component.
    pub fn read(wasm: &[u8]) -> Result<Self, LoadError> {
        let broken = |error: BinaryReaderError| LoadError::NotAComponent(error.to_string());
        let mut outline = Outline { needs: Some(Needs::default()), ..Outline::default() };
        let mut levels: Vec<Level> = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.map_err(broken)?;
            match (payload, levels.as_mut_slice()) {
                (Payload::Version { encoding: Encoding::Module, .. }, []) => {
                    return Err(LoadError::NotAComponent("it is a core module".into()));
                }
                (Payload::Version { encoding: Encoding::Module, .. }, _) => {
                    levels.push(Level::Module(Needs::default()));
                }
                (Payload::Version { encoding: Encoding::Component, .. }, _) => {
                    levels.push(Level::Component(Vec::new()));
                }
                (Payload::End(_), _) => {
                    let ended = levels.pop();
                    if let (Some(Level::Module(needs)), Some(Level::Component(modules))) =
                        (ended, levels.last_mut())
                    {
                        modules.push(Some(needs));
                    }
                }
                (payload, levels) => outline.section(payload, levels).map_err(broken)?,
            }
        }
        Ok(outline)
    }

    fn section(
        &mut self,
        payload: Payload<'_>,
        levels: &mut [Level],
    ) -> Result<(), BinaryReaderError> {
        let outermost = levels.len() == 1;
        match (payload, levels.last_mut()) {
            (Payload::ComponentImportSection(section), Some(Level::Component(modules))) => {
                for import in section {
                    let import = import?;
                    if import.ty.kind() == ComponentExternalKind::Module {
                        modules.push(None);
                    }
                    if outermost {
                        self.imports.push(import.name.name.to_owned());
                    }
                }
            }
            (Payload::ComponentExportSection(section), Some(Level::Component(modules))) => {
                for export in section {
                    let export = export?;
                    // An exported module has an index once more.
                    if export.kind == ComponentExternalKind::Module {
                        modules.push(None);
                    }
                    if outermost {
                        self.exports.push(export.name.name.to_owned());
                    }
                }
            }
            (Payload::ComponentAliasSection(section), Some(Level::Component(modules))) => {
                for alias in section {
                    if is_module(&alias?) {
                        modules.push(None);
                    }
                }
            }
            (Payload::InstanceSection(section), Some(Level::Component(modules))) => {
                for instance in section {
                    let Instance::Instantiate { module_index, .. } = instance? else { continue };
                    let module = modules.get(module_index as usize).copied().flatten();
                    match (module, &mut self.needs) {
                        (Some(module), Some(needs)) if outermost => needs.add(&module),
                        // A component within may be instantiated any number of times.
                        (_, needs) => *needs = None,
                    }
                }
            }
            (Payload::MemorySection(section), Some(Level::Module(needs))) => {
                for memory in section {
                    let memory = memory?;
                    let page = 1_u64 << memory.page_size_log2.unwrap_or(16).min(32);
                    needs.memories += 1;
                    needs.memory_bytes =
                        needs.memory_bytes.max(memory.initial.saturating_mul(page));
                }
            }
            (Payload::GlobalSection(section), Some(Level::Module(_))) => {
                for global in section {
                    self.constant(&global?.init_expr)?;
                }
            }
            (Payload::DataSection(section), Some(Level::Module(_))) => {
                for data in section {
                    if let DataKind::Active { offset_expr, .. } = data?.kind {
                        self.constant(&offset_expr)?;
                    }
                }
            }
            (Payload::ElementSection(section), Some(Level::Module(_))) => {
                for element in section {
                    if let ElementKind::Active { offset_expr, .. } = element?.kind {
                        self.constant(&offset_expr)?;
                    }
                }
            }
            (Payload::TableSection(section), Some(Level::Module(needs))) => {
                for table in section {
                    needs.tables += 1;
                    needs.elements = needs.elements.max(table?.ty.initial);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// One value and the end; whatever else there is, computes.
    fn constant(&mut self, expression: &ConstExpr<'_>) -> Result<(), BinaryReaderError> {
        let mut operators = expression.get_operators_reader();
        operators.read()?;
        self.extended_constants |= !matches!(operators.read()?, Operator::End);
        Ok(())
    }

    /// Refuses what no host of this version can run: a component that imports more than the contract
    /// allows, or was made for another version of it.
    pub fn check(&self) -> Result<(), LoadError> {
        let foreign = self.imports.iter().filter(|name| !is_diagnostics(name));
        let foreign: Vec<String> = foreign.map(|name| format!("`{name}`")).collect();
        if !foreign.is_empty() {
            return Err(LoadError::Imports(foreign));
        }
        let package = format!("{PACKAGE}/");
        let mut ours = self.exports.iter().filter_map(|name| name.strip_prefix(&package));
        let other = ours.clone().find_map(|name| match name.split_once('@') {
            Some((_, version)) if !is_compatible(version) => Some(version),
            _ => None,
        });
        let spoken = ours.any(|name| name.split_once('@').is_some_and(|it| is_compatible(it.1)));
        match other {
            Some(version) if !spoken => Err(LoadError::OtherVersion(version.to_owned())),
            _ => Ok(()),
        }
    }
}

fn is_module(alias: &ComponentAlias<'_>) -> bool {
    matches!(
        alias,
        ComponentAlias::InstanceExport { kind: ComponentExternalKind::Module, .. }
            | ComponentAlias::Outer { kind: ComponentOuterAliasKind::CoreModule, .. }
    )
}

fn is_diagnostics(name: &str) -> bool {
    match name.split_once('@') {
        Some((interface, version)) => {
            interface == format!("{PACKAGE}/{DIAGNOSTICS}") && is_compatible(version)
        }
        None => false,
    }
}

/// Whether hosts of this version run it: until 1.0 the second number counts.
fn is_compatible(version: &str) -> bool {
    let ours = VERSION.rsplit_once('.').map_or(VERSION, |(ours, _)| ours);
    version.rsplit_once('.').is_some_and(|(theirs, _)| theirs == ours)
}

/// The interface for a guest's last words, as a linker is asked for it.
pub(crate) fn diagnostics() -> String {
    export(DIAGNOSTICS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str) -> Outline {
        Outline::read(&wat::parse_str(text).unwrap()).unwrap()
    }

    #[test]
    fn what_an_instance_takes_is_counted_over_its_core_instances() {
        let needs = outline(
            "(component
                (core module $a (memory 2) (table 5 funcref) (table 7 funcref))
                (core module $b (memory 3))
                (core instance (instantiate $a))
                (core instance (instantiate $a))
                (core instance (instantiate $b)))",
        );
        let expected =
            Needs { core_instances: 3, memories: 3, memory_bytes: 3 << 16, tables: 4, elements: 7 };
        assert_eq!(needs.needs, Some(expected));
        let more = Needs { tables: 5, ..expected };
        assert!(expected.fit(&more) && !more.fit(&expected));
    }

    #[test]
    fn constants_that_are_computed_are_told() {
        let computes = |section: &str| {
            let text = format!("(component (core module (memory 1) (table 1 funcref) {section}))");
            outline(&text).extended_constants
        };
        assert!(!computes("(global i32 (i32.const 1)) (data (i32.const 0) \"a\")"));
        assert!(computes("(global i32 (i32.add (i32.const 1) (i32.const 2)))"));
        assert!(computes("(data (i32.add (i32.const 1) (i32.const 2)) \"a\")"));
        assert!(computes("(elem (i32.sub (i32.const 1) (i32.const 1)))"));
    }

    #[test]
    fn of_modules_within_components_nothing_is_promised() {
        let inner = "(component (component (core module $a) (core instance (instantiate $a))))";
        assert_eq!(outline(inner).needs, None);
        // As tools wrap exports.
        assert_eq!(outline("(component (component))").needs, Some(Needs::default()));
    }

    #[test]
    fn imports_and_versions_are_told_by_name() {
        let says = |text: &str| outline(text).check().err().map(|error| error.to_string());
        let import = |name: &str| format!("(component (import \"{name}\" (instance)))");
        assert_eq!(says(&import("automation:connector/diagnostics@0.2.0")), None);
        assert_eq!(says(&import("automation:connector/diagnostics@0.2.7")), None);
        for name in ["automation:connector/diagnostics@0.3.0", "wasi:io/poll@0.2.0"] {
            assert!(says(&import(name)).unwrap().ends_with(&format!("imports `{name}`")));
        }
        let exports =
            |name: &str| format!("(component (instance $i) (export \"{name}\" (instance $i)))");
        assert_eq!(says(&exports("automation:connector/actions@0.2.0")), None);
        let old = says(&exports("automation:connector/actions@0.1.0")).unwrap();
        assert!(old.contains("version 0.1.0"), "{old}");
    }
}
