#!/bin/sh
# Makes a connector with `connector new`, builds it as its README says, and checks it with its cases.
# accept.sh TARGET_FOLDER rust|python|javascript
set -eu
out=$(cd "$1" && pwd)
language=$2
folder=$out/new/$language
rm -rf "$folder"
PATH=$out/release:$PATH
export PATH
# It is its own workspace, and builds into its own folder.
unset CARGO_TARGET_DIR
connector new two-words --lang "$language" --into "$folder"
cd "$folder"
case $language in
rust)
	cargo build --release
	component=target/wasm32-unknown-unknown/release/two_words.wasm
	;;
python)
	make
	component=two-words.wasm
	;;
javascript)
	npm install --no-audit --no-fund
	npm run build
	component=two-words.wasm
	;;
esac
connector check "$component" --cases cases
