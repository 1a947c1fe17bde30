//! The systems that the program is published for, as each ecosystem calls them.

use anyhow::{Context, Result};
use memchr::memmem;

/// One system.
pub struct Target {
    pub triple: &'static str,
    /// As Node says it: `process.platform`, and `process.arch`.
    pub os: &'static str,
    pub cpu: &'static str,
    /// As npm says it, on Linux alone.
    pub libc: Option<&'static str>,
    /// As a wheel says it. Of glibc it is the oldest that there is; the program may ask for more.
    pub wheel: &'static str,
}

/// All that are published.
pub const TARGETS: &[Target] = &[
    target("x86_64-unknown-linux-gnu", "linux", "x64", Some("glibc"), "manylinux_2_17_x86_64"),
    target("aarch64-unknown-linux-gnu", "linux", "arm64", Some("glibc"), "manylinux_2_17_aarch64"),
    target("x86_64-unknown-linux-musl", "linux", "x64", Some("musl"), "musllinux_1_2_x86_64"),
    target("aarch64-unknown-linux-musl", "linux", "arm64", Some("musl"), "musllinux_1_2_aarch64"),
    target("x86_64-apple-darwin", "darwin", "x64", None, "macosx_11_0_x86_64"),
    target("aarch64-apple-darwin", "darwin", "arm64", None, "macosx_11_0_arm64"),
    target("x86_64-pc-windows-msvc", "win32", "x64", None, "win_amd64"),
];

const fn target(
    triple: &'static str,
    os: &'static str,
    cpu: &'static str,
    libc: Option<&'static str>,
    wheel: &'static str,
) -> Target {
    Target { triple, os, cpu, libc, wheel }
}

impl Target {
    pub fn named(triple: &str) -> Result<&'static Self> {
        TARGETS.iter().find(|it| it.triple == triple).with_context(|| {
            let all: Vec<_> = TARGETS.iter().map(|it| it.triple).collect();
            format!("`{triple}` is not published; there is {}", all.join(", "))
        })
    }

    /// The program's file.
    pub fn program(&self) -> &'static str {
        if self.os == "win32" { "connector.exe" } else { "connector" }
    }

    /// What the names of npm's packages end with.
    pub fn npm(&self) -> String {
        let libc = self.libc.map_or(String::new(), |libc| format!("-{libc}"));
        format!("{}-{}{libc}", self.os, self.cpu)
    }

    /// The tag of a wheel with this program: with the newest glibc of which it wants a symbol.
    pub fn wheel_tag(&self, program: &[u8]) -> String {
        let Some(cpu) = self.wheel.strip_prefix("manylinux_2_17_") else {
            return self.wheel.to_owned();
        };
        format!("manylinux_2_{}_{cpu}", newest_glibc(program).max(17))
    }
}

/// The second number of the newest `GLIBC_2.…` that a program names.
fn newest_glibc(program: &[u8]) -> u32 {
    const MARK: &[u8] = b"GLIBC_2.";
    let number = |at: usize| {
        let digits = program[at + MARK.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    };
    memmem::find_iter(program, MARK).map(number).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_asks_for_the_glibc_that_the_program_wants() {
        let gnu = Target::named("x86_64-unknown-linux-gnu").unwrap();
        assert_eq!(gnu.wheel_tag(b"\0GLIBC_2.9\0GLIBC_2.34\0"), "manylinux_2_34_x86_64");
        assert_eq!(gnu.wheel_tag(b"\0GLIBC_2.4\0"), "manylinux_2_17_x86_64");
        let musl = Target::named("x86_64-unknown-linux-musl").unwrap();
        assert_eq!(musl.wheel_tag(b"GLIBC_2.34"), "musllinux_1_2_x86_64");
        assert_eq!(gnu.npm(), "linux-x64-glibc");
    }

    #[test]
    fn a_target_that_is_not_published_is_refused_with_those_that_are() {
        let error = Target::named("riscv64gc-unknown-linux-gnu").err().unwrap().to_string();
        assert!(error.contains("x86_64-unknown-linux-musl"), "{error}");
    }
}
