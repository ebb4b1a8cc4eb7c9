//! A key that an ssh-agent holds, in every command that takes a key.

use super::bench::{Bench, CASE, FINDING, ORIGIN, P, Said, names, said};
use super::ssh::{Player, SshAgent, signed};

/// Runs the program for this agent.
fn run(bench: &Bench, ssh: &SshAgent, arguments: &str) -> Said {
    let mut command = bench.command(arguments);
    said(&command.env("SSH_AUTH_SOCK", ssh.socket()).output().unwrap())
}

#[test]
fn a_person_enrols_and_signs_with_a_key_of_the_agent() {
    let Some(ssh) = SshAgent::start() else {
        return;
    };
    ssh.add("ed25519", "aud2");
    let bench = Bench::founded("directory");
    bench.open_case();
    let request = format!(
        "key request --key agent:aud2 --holder org:audit-voorbeeld#2 --function RE --id K-AUD-2 --vouched-by {} --ledger ledger -y -o K-AUD-2.statement.json",
        bench.key("aud1")
    );
    let unsaid = run(&bench, &ssh, &request);
    assert_eq!(unsaid.status, 3);
    assert!(
        unsaid
            .err
            .contains("expected --custody hardware or software for agent:aud2"),
        "{unsaid:?}"
    );
    let wrong = run(&bench, &ssh, &format!("{request} --custody safe"));
    assert!(
        wrong
            .err
            .contains("--custody: expected one of hardware, software, found \"safe\""),
        "{wrong:?}"
    );
    let made = run(&bench, &ssh, &format!("{request} --custody hardware"));
    assert_eq!(made.status, 0, "{made:?}");
    assert!(
        made.err.contains("in a device that does not give it out"),
        "{made:?}"
    );
    bench.yes(&format!(
        "cosign K-AUD-2.statement.json --key aud1.pem -y {P}"
    ));
    bench.append("K-AUD-2.statement.json");

    bench.write("B-002.json", FINDING);
    let sign = format!(
        "sign finding --case {CASE} --id B-002 --file B-002.json --key agent: --ledger ledger -y -o B-002.statement.json"
    );
    let signed = run(&bench, &ssh, &sign);
    assert_eq!(signed.status, 0, "{signed:?}");
    let recorded = bench.append("B-002.statement.json").out;
    assert_eq!(recorded, "5  B-002  recorded  B-002.statement.json\n");
    bench.yes("verify ledger");
}

#[test]
fn a_log_and_a_witness_may_be_kept_by_an_agent() {
    let Some(ssh) = SshAgent::start() else {
        return;
    };
    ssh.add("ed25519", "w1");
    let bench = Bench::founded("directory");
    let log = bench.vkey("log", ORIGIN, "log_vkey");
    bench.yes("witness request ledger -o request");
    let once = format!(
        "witness once request --memory memory --log {log} --name witness.example/w1 --key agent:w1"
    );
    let line = run(&bench, &ssh, &once);
    assert!(line.out.starts_with("— witness.example/w1 "), "{line:?}");
    let shown = run(&bench, &ssh, "key show agent:w1 --name witness.example/w1");
    assert!(
        shown.out.contains("as a witness  witness.example/w1+"),
        "{shown:?}"
    );
}

#[test]
fn without_its_agent_nothing_is_signed_or_written() {
    let bench = Bench::founded("directory");
    bench.write("B-002.json", FINDING);
    let sign = format!(
        "sign finding --case {CASE} --id B-002 --file B-002.json --key agent: --ledger ledger -y -o B-002.statement.json"
    );
    let before = names(&bench.path(""));
    let mut command = bench.command(&sign);
    let none = said(&command.env_remove("SSH_AUTH_SOCK").output().unwrap());
    assert_eq!(none.status, 3);
    assert!(
        none.err
            .contains("expected the socket of an ssh-agent in the environment variable SSH_AUTH_SOCK, found none"),
        "{none:?}"
    );
    let gone = bench.path("no-agent");
    let gone = said(
        &bench
            .command(&sign)
            .env("SSH_AUTH_SOCK", gone)
            .output()
            .unwrap(),
    );
    assert!(
        gone.err
            .contains("no-agent: expected an ssh-agent, found none"),
        "{gone:?}"
    );

    // An agent that offers the key and gives a signature by another.
    let key = bewijs::signer::SecretKey::danger_from_seed(&[1; 32]);
    let offered = bewijs::signer::Signer::public_key(&key);
    let blob = bewijs::signer::Identity::of(&offered, "").blob().to_vec();
    let list = super::ssh::list(&[(&blob, "false")]);
    let player = Player::start(vec![list, signed("ssh-ed25519", &[1; 64])]);
    let false_agent = said(
        &bench
            .command(&sign)
            .env("SSH_AUTH_SOCK", player.socket())
            .output()
            .unwrap(),
    );
    assert_eq!(false_agent.status, 3);
    assert!(
        false_agent
            .err
            .contains("gave one that does not\n  it was thrown away"),
        "{false_agent:?}"
    );
    assert_eq!(player.requests().len(), 2);
    assert_eq!(names(&bench.path("")), before);
}
