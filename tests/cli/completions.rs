//! Completions and manual pages: each shell gets a script that knows the commands, and each command a page.

use std::fs;
use std::process::Command;

use crate::support::Home;

#[test]
fn each_shell_has_a_script_with_commands_and_options() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(&format!("completions {shell}")).expect(0).out;
        for part in ["relocate", "drop-missing"] {
            assert!(script.contains(part), "{shell} knows no {part}");
        }
        let knows_values = ["bash", "zsh", "fish"].contains(&shell);
        assert!(!knows_values || script.contains("best-quality"), "{shell} knows no best-quality");
    }
    home.run("completions cmd").expect(2);
    assert!(!home.path("home").exists());
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let home = Home::new();
    let script = home.write("auricle.bash", &home.run("completions bash").expect(0).raw);
    let complete = |words: &str| {
        let last = words.split(' ').count() - 1;
        let shell = format!(
            "source '{}'; COMP_WORDS=({words}); COMP_CWORD={last}; _auricle auricle '{}' ''; echo \"${{COMPREPLY[*]}}\"",
            script.display(),
            words.split(' ').next_back().unwrap()
        );
        Command::new("bash").args(["-c", &shell]).output()
    };
    let Ok(output) = complete("auricle reloc") else { return };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "relocate", "{output:?}");
    let output = complete("auricle index --ag").unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "--again", "{output:?}");
}

#[test]
fn every_command_has_a_manual_page() {
    let home = Home::new();
    home.run("man pages/man1").expect(0).says(&["pages/man1"]);
    let page = |name: &str| fs::read_to_string(home.path(format!("pages/man1/{name}.1"))).unwrap();
    assert!(page("auricle").contains("relocate"));
    for (name, part) in [
        ("auricle-index", "exclude"),
        ("auricle-relocate", "dry"),
        ("auricle-labels-add", "label"),
        ("auricle-duplicates", "keep"),
    ] {
        assert!(page(name).contains(part), "{name} says nothing of {part}");
    }
    home.write("file", b"");
    home.run("man file").expect(2).says(&["file could not be written"]);
}
