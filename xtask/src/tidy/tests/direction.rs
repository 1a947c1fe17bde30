use super::super::direction::{Dependency, Package, Workspace, check};
use super::super::tree::Tree;
use super::lines;

fn dependency(name: &str, kind: Option<&str>, path: Option<&str>) -> Dependency {
    Dependency { name: name.into(), kind: kind.map(Into::into), path: path.map(Into::into) }
}

fn package(name: &str, dependencies: Vec<Dependency>) -> Package {
    let manifest_path = format!("/root/{name}/Cargo.toml");
    Package { name: name.into(), manifest_path, dependencies, targets: Vec::new() }
}

#[test]
fn crates_go_in_one_direction() {
    let here = Some("/root/x");
    let packages = vec![
        package("cli", vec![dependency("host", None, here), dependency("serde", None, None)]),
        package("host", vec![dependency("cli", None, here), dependency("cli", Some("dev"), here)]),
        package("new", Vec::new()),
    ];
    let workspace = Workspace { packages, root: "/root".into() };
    let tree = Tree::of(&[
        ("host/Cargo.toml", "[package]\nname = \"host\"\n[dependencies]\ncli.workspace = true\n"),
        ("new/Cargo.toml", "[package]\nname = \"new\"\n"),
        ("xtask/tidy.toml", "[crates]\ncli = [\"host\"]\nhost = []\nold = []\n"),
    ]);
    let may = [("cli", vec!["host".to_owned()]), ("host", Vec::new()), ("old", Vec::new())];
    let may = may.into_iter().map(|(name, may)| (name.to_owned(), may)).collect();
    assert_eq!(
        lines(&check(&tree, &workspace, &may)),
        [
            "host/Cargo.toml:4: `host` may not depend on `cli`: move what it needs into a crate below both, \
             or change the direction in xtask/tidy.toml",
            "new/Cargo.toml:2: `new` is in no direction: say in xtask/tidy.toml under [crates] what it may depend on",
            "xtask/tidy.toml:4: there is no crate `old`: remove it from [crates]",
        ]
    );
}
