//! The table of permissions, written out a second time: whoever changes one has to change both.

use tally_app::access::{Means, Permission, Role, TokenScope, Viewer};
use tally_app::scope::Scope;

fn viewer(role: Role, scope: Scope, token: Option<TokenScope>) -> Viewer {
    let means = token.map_or(Means::Session([0; 32]), |scope| Means::Token("id".into(), scope));
    Viewer { person: "p".into(), name: "P".into(), role, scope, means, proved: None }
}

fn line(viewer: &Viewer) -> String {
    Permission::ALL.map(|permission| if viewer.may(permission) { 'x' } else { '-' }).iter().collect()
}

#[test]
fn roles_scopes_and_tokens() {
    // Read Query Journal Save Account | Import Edit Triage | Review Publish | Administer
    let expected = [
        (Role::Viewer, "xxxxx------", "xx-xx------"),
        (Role::Contributor, "xxxxxxxx---", "xx-xxxxx---"),
        (Role::Reviewer, "xxxxxxxxxx-", "xx-xxxxxxx-"),
        (Role::Administrator, "xxxxxxxxxxx", "xx-xxxxxxx-"),
    ];
    for (role, all, some) in expected {
        assert_eq!(line(&viewer(role, Scope::All, None)), all, "{role:?}");
        assert_eq!(line(&viewer(role, Scope::Teams([].into()), None)), some, "{role:?} of teams");
    }
    let tokens = [(TokenScope::Read, "xxx--------"), (TokenScope::Import, "xxx--x-----"), (TokenScope::Write, "xxxx-xxxxx-")];
    for (scope, allowed) in tokens {
        assert_eq!(line(&viewer(Role::Administrator, Scope::All, Some(scope))), allowed, "{scope:?}");
    }
    assert_eq!(line(&viewer(Role::Viewer, Scope::All, Some(TokenScope::Write))), "xxxx-------");
    assert_eq!(line(&Viewer::at_machine("root")), "xxxxxxxxxxx");
}

#[test]
fn scopes_meet() {
    let teams = |names: &[&str]| Scope::Teams(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(Scope::All.meet(&Scope::All), Scope::All);
    assert_eq!(Scope::All.meet(&teams(&["a"])), teams(&["a"]));
    assert_eq!(teams(&["a"]).meet(&Scope::All), teams(&["a"]));
    assert_eq!(teams(&["a", "b"]).meet(&teams(&["b", "c"])), teams(&["b"]));
    assert_eq!(teams(&["a"]).meet(&teams(&["b"])), teams(&[]));
}
