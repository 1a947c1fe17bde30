#!/bin/sh
# Builds component and adapters of the last commit in two folders, with two homes of Cargo, and compares the bytes:
#   reproducible.sh REPOSITORY
# Both have the same compiler, which rust-toolchain.toml names, and share the sources of crates.
set -eu
repository=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=${CARGO_HOME:-$HOME/.cargo}
# The second paths are longer, and have other letters.
first=$work/a
second=$work/another/place/with-a-longer-name
mkdir -p "$first" "$second" "$work/home-of-cargo"
for name in "$home"/*; do
	ln -s "$name" "$work/home-of-cargo/"
done

for folder in "$first" "$second"; do
	git -C "$repository" archive HEAD | tar -x -C "$folder"
done
make -s -C "$first" adapters
CARGO_HOME=$work/home-of-cargo make -s -C "$second" adapters

passed=0
failed=0
for file in "$first"/target/wasm32-unknown-unknown/release/*_connector.wasm "$first"/crates/compose/dist/*.wasm; do
	inner=${file#"$first"/}
	sum=$(sha256sum "$file")
	echo "${sum%% *}  $inner"
	if ! cmp "$file" "$second/$inner"; then
		failed=$((failed + 1))
	elif grep -qF -e "$work" -e "$home" -e "$HOME/" "$file"; then
		echo "$inner tells where it was built" >&2
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 1 ]
