//! OpenSSH's own ssh-agent on a socket of its own, and one that plays a part.
//!
//! Beside it stand `ssh-add` and `ssh-keygen`, all of Debian's `openssh-client`.

// Each test binary uses a part of this.
#![allow(dead_code)]

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::JoinHandle;

/// An ssh-agent with a folder for its socket and its keys; it ends with the test.
pub struct SshAgent {
    folder: tempfile::TempDir,
    pid: String,
}

impl SshAgent {
    /// Starts one, or says why the test is skipped.
    pub fn start() -> Option<SshAgent> {
        SshAgent::start_with(&[])
    }

    /// Starts one whose questions to its user are answered by this shell script.
    pub fn start_with(askpass: &[&str]) -> Option<SshAgent> {
        for program in ["ssh-agent", "ssh-add", "ssh-keygen"] {
            if let Err(error) = Command::new(program).arg("-?").output() {
                println!("skipped: {program} of openssh-client is needed: {error}");
                return None;
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let mut agent = SshAgent {
            folder,
            pid: String::new(),
        };
        let script = [&["#!/bin/sh"], askpass].concat().join("\n") + "\n";
        std::fs::write(agent.path("askpass"), script).unwrap();
        use std::os::unix::fs::PermissionsExt as _;
        let executable = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(agent.path("askpass"), executable).unwrap();
        let socket = agent.socket();
        let said = agent.run("ssh-agent", &["-s", "-a", socket.to_str().unwrap()]);
        let (_, pid) = said.split_once("SSH_AGENT_PID=").expect("a process id");
        agent.pid = pid.split(';').next().unwrap().to_owned();
        Some(agent)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.path("socket")
    }

    /// Makes a key and hands it to the agent under a comment.
    pub fn add(&self, kind: &str, comment: &str) {
        self.add_with(kind, comment, &[]);
    }

    /// As [`SshAgent::add`], with more arguments for `ssh-add`.
    pub fn add_with(&self, kind: &str, comment: &str, arguments: &[&str]) {
        let file = self.path(&format!("{kind}-{comment}"));
        let name = file.to_str().unwrap();
        self.run(
            "ssh-keygen",
            &["-q", "-t", kind, "-N", "", "-C", comment, "-f", name],
        );
        self.run("ssh-add", &[arguments, &["-q", name]].concat());
    }

    /// Returns a public key that [`SshAgent::add`] made, as the raw bytes of the file.
    pub fn public(&self, kind: &str, comment: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{kind}-{comment}.pub"))).unwrap()
    }

    /// Runs a program of OpenSSH for this agent.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.output(program, arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Ends the agent; it is gone when this returns.
    pub fn end(&mut self) {
        if !self.pid.is_empty() {
            self.output("ssh-agent", &["-k"]);
            self.pid.clear();
            // The last thing that it does is to take its socket away.
            while self.socket().exists() {
                std::thread::yield_now();
            }
        }
    }

    fn output(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .env("SSH_AUTH_SOCK", self.socket())
            .env("SSH_AGENT_PID", &self.pid)
            .env("SSH_ASKPASS", self.path("askpass"))
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("DISPLAY", "none")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for SshAgent {
    fn drop(&mut self) {
        self.end();
    }
}

/// Something that listens where an agent should, and answers each request with what it was told.
pub struct Player {
    folder: tempfile::TempDir,
    thread: Option<JoinHandle<Vec<Vec<u8>>>>,
}

impl Player {
    /// Answers request after request, each on a connection of its own; nothing means that it
    /// takes the request and hangs up.
    pub fn start(answers: Vec<Vec<u8>>) -> Player {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let thread = std::thread::spawn(move || {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                requests.push(message(&mut stream));
                // Who asked may have gone.
                let _ = stream.write_all(&answer);
            }
            requests
        });
        Player {
            folder,
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// Waits until all is played, and returns what was asked.
    pub fn requests(mut self) -> Vec<Vec<u8>> {
        self.thread.take().unwrap().join().unwrap()
    }
}

/// Reads one message: its number and its contents.
fn message(stream: &mut UnixStream) -> Vec<u8> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut message = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut message).unwrap();
    message
}

/// Makes a string of the protocol.
pub fn string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

/// Makes an answer: its length, its number and its contents.
pub fn answer(number: u8, contents: &[u8]) -> Vec<u8> {
    string(&[&[number], contents].concat())
}

/// Makes the answer that lists these keys, by blob and comment.
pub fn list(keys: &[(&[u8], &str)]) -> Vec<u8> {
    let mut contents = (keys.len() as u32).to_be_bytes().to_vec();
    for (blob, comment) in keys {
        contents.extend(string(blob));
        contents.extend(string(comment.as_bytes()));
    }
    answer(12, &contents)
}

/// Makes the answer that brings a signature of an algorithm.
pub fn signed(algorithm: &str, raw: &[u8]) -> Vec<u8> {
    let signature = [string(algorithm.as_bytes()), string(raw)].concat();
    answer(14, &string(&signature))
}

/// A folder that no agent listens in.
pub fn nowhere(folder: &Path) -> PathBuf {
    folder.join("no-agent")
}
