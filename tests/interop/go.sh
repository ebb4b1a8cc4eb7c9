#!/usr/bin/env bash
# Lets other people's tools, written in Go, read what Bewijs publishes.
#
#   go.sh EXPORT VKEY [RECEIPT ENTRY [POLICY]]
#       an exported ledger and a file with the log's verifier key; a .tlog-proof, the bytes of
#       the entry it is for, and a C2SP tlog-policy in place of the bare key
#   go.sh
#       the example below `seven`, then the same with one byte changed, which must be refused
#
# tessera's fsck re-hashes every entry bundle and tile up to the checkpoint.
# receipt (beside this file) checks a receipt with torchwood.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$here/../../target/go
export GOBIN=$bin GOFLAGS=-buildvcs=false

# fsck 1.0.4 ends with status 0 also after a failure: only its last line tells.
fsck() {
    echo "fsck $1"
    "$bin/fsck" --storage_url="file://$(cd "$1" && pwd)/" --public_key="$2" --N=4 --ui=false \
        2>&1 | tee "$bin/fsck.log"
    grep -q "Successfully fsck'd log" "$bin/fsck.log" && ! grep -q "fsck failed" "$bin/fsck.log"
}

# receipt POLICY RECEIPT ENTRY
receipt() {
    echo "receipt $2"
    "$bin/receipt" "$1" "$3" "$2"
}

# A policy that asks for the log's own signature only.
bare() {
    echo "log $(cat "$1")"
    echo "quorum none"
}

# A command that must fail, so that a tool which accepts everything is noticed.
refuses() {
    if "$@"; then
        echo "expected a refusal, and it was accepted: $*" >&2
        exit 1
    fi
}

mkdir -p "$bin"
[ -x "$bin/fsck" ] || go install github.com/transparency-dev/tessera/cmd/fsck@v1.0.4
(cd "$here/receipt" && go build -o "$bin/receipt" .)

if [ $# = 0 ]; then
    seven=$here/seven
    fsck "$seven/log" "$seven/vkey"
    bare "$seven/vkey" >"$bin/policy"
    receipt "$bin/policy" "$seven/5.tlog-proof" "$seven/5.entry"

    changed=$(mktemp -d)
    trap 'rm -rf "$changed"' EXIT
    cp -r "$seven/log" "$changed/"
    printf 9 | dd of="$changed/log/tile/entries/000.p/7" bs=1 seek=2 conv=notrunc status=none
    printf 6 >"$changed/6.entry"
    refuses fsck "$changed/log" "$seven/vkey"
    refuses receipt "$bin/policy" "$seven/5.tlog-proof" "$changed/6.entry"
    exit
fi

fsck "$1" "$2"
if [ $# -ge 4 ]; then
    bare "$2" >"$bin/policy"
    receipt "${5:-$bin/policy}" "$3" "$4"
fi
