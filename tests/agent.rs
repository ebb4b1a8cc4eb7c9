//! Keys of an ssh-agent: OpenSSH's own, and one that plays every part an agent should not.

#![cfg(unix)]

#[path = "support/ssh.rs"]
mod ssh;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bewijs::key::PublicKey;
use bewijs::signer::{Agent, AgentError, AgentSigner, Identity, SecretKey, Signer, SignerError};

use ssh::{Player, SshAgent, answer, list, nowhere, signed, string};

#[test]
fn a_key_of_openssh_signs_as_any_other() {
    let Some(ssh) = SshAgent::start() else {
        return;
    };
    ssh.add("ed25519", "board");
    let agent = Agent::at(ssh.socket());
    let signer = agent.signer("").unwrap();
    // OpenSSH's own file names the same key.
    let file = ssh.public("ed25519", "board");
    let blob = STANDARD.decode(file.split(' ').nth(1).unwrap()).unwrap();
    assert_eq!(signer.public_key().as_bytes(), &blob[blob.len() - 32..]);
    for message in [b"".as_slice(), b"bewijs", &[7; 46 << 10]] {
        let signature = signer.sign(message).unwrap();
        assert!(signer.public_key().verify(message, &signature).is_ok());
        assert_eq!(
            signer.sign(message).unwrap(),
            signature,
            "Ed25519 is deterministic"
        );
    }
}

#[test]
fn a_key_is_found_by_fingerprint_id_and_comment() {
    let Some(ssh) = SshAgent::start() else {
        return;
    };
    for (kind, comment) in [
        ("rsa", "board"),
        ("ed25519", "board"),
        ("ed25519", "lab"),
        ("ecdsa", "old"),
    ] {
        ssh.add(kind, comment);
    }
    let agent = Agent::at(ssh.socket());
    let board = agent.signer("board").unwrap().public_key();
    let lab = agent.signer("lab").unwrap().public_key();
    assert_ne!(board, lab);
    assert_eq!(
        agent.signer(&lab.id().to_string()).unwrap().public_key(),
        lab
    );
    // The fingerprints are those that `ssh-add -l` prints.
    let listed = ssh.run("ssh-add", &["-l"]);
    for line in listed.lines().filter(|line| line.contains("ED25519")) {
        let mut words = line.split(' ').skip(1);
        let (fingerprint, comment) = (words.next().unwrap(), words.next().unwrap());
        let expected = if comment == "lab" { lab } else { board };
        assert_eq!(agent.signer(fingerprint).unwrap().public_key(), expected);
    }
    let several = agent.signer("").unwrap_err();
    assert!(matches!(several, AgentError::Several { .. }), "{several}");
    assert!(
        several.to_string().contains("\"lab\" (ssh-ed25519)"),
        "{several}"
    );
    let other = agent.signer("old").unwrap_err();
    assert!(
        matches!(other, AgentError::OtherAlgorithm { .. }),
        "{other}"
    );
    let absent = agent.signer("nobody").unwrap_err();
    assert!(matches!(absent, AgentError::Absent { .. }), "{absent}");
    assert_eq!(agent.identities().unwrap().len(), 4);
}

#[test]
fn an_agent_that_ends_or_forgets_signs_nothing() {
    let Some(mut ssh) = SshAgent::start() else {
        return;
    };
    ssh.add("ed25519", "board");
    let agent = Agent::at(ssh.socket());
    let signer = agent.signer("board").unwrap();
    ssh.run("ssh-add", &["-q", "-D"]);
    let forgotten = refused(&signer);
    assert!(forgotten.contains("found a refusal"), "{forgotten}");
    let empty = agent.signer("board").unwrap_err().to_string();
    assert!(
        empty.contains("found no keys; a locked agent shows none"),
        "{empty}"
    );
    ssh.end();
    let gone = refused(&signer);
    assert!(gone.contains("expected an ssh-agent, found none"), "{gone}");
    assert!(matches!(
        agent.signer("board"),
        Err(AgentError::Unreachable { .. })
    ));
}

#[test]
fn a_locked_agent_and_a_user_who_says_no() {
    let Some(ssh) = SshAgent::start_with(&["echo word"]) else {
        return;
    };
    ssh.add("ed25519", "board");
    let signer = Agent::at(ssh.socket()).signer("board").unwrap();
    ssh.run("ssh-add", &["-x"]);
    assert!(refused(&signer).contains("it is locked"));
    ssh.run("ssh-add", &["-X"]);
    assert!(signer.sign(b"bewijs").is_ok());

    // The agent asks its user before each use of such a key.
    for (askpass, signs) in [("exit 1", false), ("echo yes", true)] {
        let ssh = SshAgent::start_with(&[askpass]).expect("one was started before");
        ssh.add_with("ed25519", "asked", &["-c"]);
        let signer = Agent::at(ssh.socket()).signer("asked").unwrap();
        assert_eq!(signer.sign(b"bewijs").is_ok(), signs, "{askpass}");
        if !signs {
            assert!(refused(&signer).contains("its user may have said no"));
        }
    }
}

#[test]
fn a_wrong_signature_never_leaves() {
    let key = SecretKey::danger_from_seed(&[1; 32]);
    let good = *key.sign(b"bewijs").unwrap().as_bytes();
    let other = *key.sign(b"another").unwrap().as_bytes();
    let mut changed = good;
    changed[63] ^= 0x01;
    for (raw, leaves) in [
        (good, true),
        (other, false),
        (changed, false),
        ([0; 64], false),
    ] {
        let player = Player::start(vec![ours(&key), signed("ssh-ed25519", &raw)]);
        let signer = Agent::at(player.socket()).signer("").unwrap();
        match signer.sign(b"bewijs") {
            Ok(signature) => assert!(leaves && signature.as_bytes() == &good),
            Err(SignerError::Wrong { key: id, holder }) => {
                assert!(!leaves && id == key.public_key().id());
                assert!(holder.starts_with("the ssh-agent at "), "{holder}");
            }
            Err(error) => panic!("{error}"),
        }
        // What it was asked is what was to be signed, and nothing else.
        let blob = Identity::of(&key.public_key(), "").blob().to_vec();
        let asked = [&[13][..], &string(&blob), &string(b"bewijs"), &[0; 4]].concat();
        assert_eq!(player.requests(), [vec![11], asked]);
    }
}

#[test]
fn a_security_key_is_refused_by_name() {
    let sk = [
        string(b"sk-ssh-ed25519@openssh.com"),
        string(
            SecretKey::danger_from_seed(&[1; 32])
                .public_key()
                .as_bytes(),
        ),
        string(b"ssh:"),
    ]
    .concat();
    for wanted in ["", "touch me"] {
        let player = Player::start(vec![list(&[(&sk, "touch me")])]);
        let error = Agent::at(player.socket()).signer(wanted).unwrap_err();
        assert!(matches!(error, AgentError::SecurityKey { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("\"touch me\" (sk-ssh-ed25519@openssh.com)"),
            "{text}"
        );
        assert!(text.contains("a message of its own"), "{text}");
    }
    // Beside one that can be used it does no harm.
    let key = SecretKey::danger_from_seed(&[2; 32]);
    let blob = Identity::of(&key.public_key(), "").blob().to_vec();
    let player = Player::start(vec![list(&[(&sk, "board"), (&blob, "board")])]);
    let signer = Agent::at(player.socket()).signer("board").unwrap();
    assert_eq!(signer.public_key(), key.public_key());
}

#[test]
fn what_is_no_agent_is_told_apart() {
    let key = SecretKey::danger_from_seed(&[1; 32]);
    let weak = [string(b"ssh-ed25519"), string(&[0; 32])].concat();
    let long = [&0x7FFF_FFFF_u32.to_be_bytes()[..], &[12]].concat();
    for (answers, expected) in [
        (vec![], "found the connection closed"),
        (vec![0, 0, 0], "found the connection closed"),
        (answer(12, &[]), "found other bytes"),
        (answer(6, &[]), "found message 6"),
        (answer(5, &[]), "found a refusal"),
        (vec![0; 4], "found one of 0"),
        (long, "found one of 2147483647"),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            "found one of 1213486160",
        ),
        (list(&[(&weak, "weak")]), "of large order"),
        (list(&[]), "found no keys"),
    ] {
        let player = Player::start(vec![answers]);
        let error = Agent::at(player.socket())
            .signer("")
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    for (second, expected) in [
        (vec![], "found the connection closed"),
        (answer(5, &[]), "found a refusal"),
        (answer(14, &[]), "found other bytes"),
        (signed("ssh-ed25519", &[0; 63]), "found other bytes"),
        (
            signed("sk-ssh-ed25519@openssh.com", &[0; 64]),
            "found other bytes",
        ),
        (answer(12, &[0; 4]), "found message 12"),
    ] {
        let player = Player::start(vec![ours(&key), second]);
        let signer = Agent::at(player.socket()).signer("").unwrap();
        let error = refused(&signer);
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn an_agent_that_never_answers_is_not_waited_for_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket");
    // Bound and never accepted: the request is taken by the system, and nobody answers.
    let _silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let agent = Agent::at(&socket).with_patience(Duration::from_millis(1));
    let error = agent.identities().unwrap_err();
    assert!(matches!(error, AgentError::Silent { .. }), "{error}");
    let error = Agent::at(nowhere(folder.path())).identities().unwrap_err();
    assert!(matches!(error, AgentError::Unreachable { .. }), "{error}");
}

#[test]
fn what_no_agent_takes_is_not_sent() {
    let key = SecretKey::danger_from_seed(&[1; 32]);
    let player = Player::start(vec![ours(&key)]);
    let signer = Agent::at(player.socket()).signer("").unwrap();
    assert_eq!(player.requests().len(), 1);
    let error = refused_over(&signer, &[0; 256 << 10]);
    assert!(error.contains("expected at most 262144 bytes"), "{error}");
}

/// The list with one key of ours.
fn ours(key: &SecretKey) -> Vec<u8> {
    let public: PublicKey = key.public_key();
    list(&[(Identity::of(&public, "").blob(), "ours")])
}

fn refused(signer: &AgentSigner) -> String {
    refused_over(signer, b"bewijs")
}

fn refused_over(signer: &AgentSigner, message: &[u8]) -> String {
    match signer.sign(message) {
        Err(SignerError::Refused { reason }) => reason,
        other => panic!("expected a refusal, found {other:?}"),
    }
}
