//! Overrides in the text of the spec.

use super::*;

fn overridden(yaml: &str) -> (String, String) {
    let asked = answers("abc");
    let mut more = asked.clone();
    more.overrides = serde_yaml::from_str(yaml).unwrap();
    (rendered(&asked), rendered(&more))
}

// What an override changes, as lines of a diff whose other lines are the same.
fn difference(yaml: &str) -> Vec<String> {
    let (before, after) = overridden(yaml);
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let gone = before.iter().filter(|line| !after.contains(line));
    let come = after.iter().filter(|line| !before.contains(line));
    gone.map(|line| format!("-{line}"))
        .chain(come.map(|line| format!("+{line}")))
        .collect()
}

#[test]
fn maps_are_merged_named_items_found_and_null_removes() {
    let found = difference(
        r"
cluster:
  kubelet: {anonymousAuth: null, maxPods: 60}
  metricsServer: {enabled: true}
  etcdClusters: [{name: events, memoryRequest: 150Mi}]
  authorization: {rbac: {}}
  sysctlParameters: [vm.x = 1, vm.y = 2]
  hooks: []
",
    );
    assert_eq!(
        found,
        [
            "-    anonymousAuth: false",
            "+    memoryRequest: 150Mi # overrides",
            "+  hooks: [] # overrides",
            "+    maxPods: 60 # overrides",
            "+  metricsServer:",
            "+    enabled: true # overrides",
            "+  sysctlParameters:",
            "+  - vm.x = 1 # overrides",
            "+  - vm.y = 2 # overrides",
        ]
    );
}

#[test]
fn what_is_said_of_one_group_has_the_last_word() {
    let (_, text) = overridden(
        r"
instanceGroups:
  nodes-us-east-1b: {cpuCredits: standard}
  nodes: {cpuCredits: unlimited, rootVolumeEncryption: true}
  control-plane: {rootVolumeType: gp2}
",
    );
    let marked: Vec<_> = documents(&text)
        .iter()
        .skip(1)
        .map(|group| {
            let spec = group["spec"].as_mapping().unwrap();
            let names = ["cpuCredits", "rootVolumeEncryption", "rootVolumeType"];
            let values = names.iter().filter_map(|name| spec.get(*name));
            serde_json::to_string(&values.collect::<Vec<_>>()).unwrap()
        })
        .collect();
    assert_eq!(
        marked,
        [
            r#"["gp2"]"#,
            r#"["gp2"]"#,
            r#"["gp2"]"#,
            r#"["unlimited",true]"#,
            r#"["standard",true]"#,
            r#"["unlimited",true]"#,
        ]
    );
}

#[test]
fn a_text_of_several_lines_is_marked_at_its_head_and_stays_whole() {
    let (_, text) = overridden(
        "instanceGroups:\n  nodes:\n    additionalUserData:\n    - content: |\n        #!/bin/sh\n        echo '!overrides x' # overrides\n      name: a\n",
    );
    assert!(
        text.contains("  - content: | # overrides\n      #!/bin/sh\n"),
        "{text}"
    );
    let content = &documents(&text)[4]["spec"]["additionalUserData"][0]["content"];
    assert_eq!(content, "#!/bin/sh\necho '!overrides x' # overrides\n");
}

#[test]
fn hostile_texts_come_out_as_they_went_in() {
    let hostile = [
        "x: !overrides y",
        "- !overrides z",
        "!overrides ",
        "a # overrides",
        "line\n- !overrides q\nkey: !overrides w\n",
        "\u{e000}yes\u{e001}",
        "yes",
        "1_000",
        "0b1",
        "2001-01-01",
        "~",
        "null",
        "0o7",
        "<<",
        "'\"\u{1b}[2J",
        " ",
        "",
    ];
    for text in hostile {
        let mut asked = answers("abc");
        let value = Value::from(text);
        asked.overrides.cluster.insert("x".into(), value.clone());
        let mut map = serde_yaml::Mapping::new();
        map.insert(value.clone(), Value::Sequence(vec![value.clone()]));
        asked
            .overrides
            .cluster
            .insert("y".into(), Value::Mapping(map.clone()));
        let drawn = rendered(&asked);
        let spec = &documents(&drawn)[0]["spec"];
        assert_eq!(
            (&spec["x"], &spec["y"]),
            (&value, &Value::Mapping(map)),
            "{drawn}"
        );
    }
}

#[test]
fn what_yaml_1_1_would_misread_is_quoted() {
    let mut asked = answers("a");
    for text in [
        "yes",
        "ON",
        "n",
        "1_000",
        "0b11",
        "0o17",
        "2001-01-01",
        "=",
        "plain",
        "1.35.5",
        "10.0.0.0/8",
    ] {
        asked
            .overrides
            .cluster
            .insert(format!("k{text}").into(), text.into());
    }
    let text = rendered(&asked);
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("  k") && line.ends_with("# overrides"))
        .collect();
    assert_eq!(
        lines,
        [
            "  k0b11: '0b11' # overrides",
            "  k0o17: '0o17' # overrides",
            "  k1.35.5: 1.35.5 # overrides",
            "  k10.0.0.0/8: 10.0.0.0/8 # overrides",
            "  k1_000: \"1_000\" # overrides",
            "  k2001-01-01: \"2001-01-01\" # overrides",
            "  k=: \"=\" # overrides",
            "  kON: \"ON\" # overrides",
            "  kn: \"n\" # overrides",
            "  kplain: plain # overrides",
            "  kyes: \"yes\" # overrides",
        ]
    );
}
