// Command receipt verifies a .tlog-proof with another implementation than ours.
//
//	receipt POLICY ENTRY PROOF
//
// POLICY is a C2SP tlog-policy, ENTRY the bytes of the leaf, PROOF the receipt. Everything that
// decides is in filippo.io/torchwood and golang.org/x/mod; this file only reads three files.
package main

import (
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 4 {
		fail(3, "usage: receipt POLICY ENTRY PROOF")
	}
	policy, err := torchwood.ParsePolicy(read(os.Args[1]))
	if err != nil {
		fail(3, err)
	}
	entry := read(os.Args[2])
	if err := torchwood.VerifyProof(policy, tlog.RecordHash(entry), read(os.Args[3])); err != nil {
		fail(1, err)
	}
	fmt.Println("the receipt holds")
}

func read(path string) []byte {
	bytes, err := os.ReadFile(path)
	if err != nil {
		fail(3, err)
	}
	return bytes
}

func fail(status int, what any) {
	fmt.Fprintln(os.Stderr, what)
	os.Exit(status)
}
