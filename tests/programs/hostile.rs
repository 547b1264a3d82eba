//! Texts that somebody hostile would put into a tag, a name, a message or a file, and what must never come of them.
#![allow(dead_code, reason = "each test program uses its part")]

/// Sequences that terminals obey, each without its introducer.
const OBEYED: [(&str, &[&str]); 4] = [
    // CSI: clear, move, modes, reports, colours, scrolling, end of a paste, windows, title, keyboard, mouse.
    (
        "\u{1b}[",
        &[
            "2J", "3J", "H", "1;1H", "999C", "31m", "8m", "?25l", "?1049h", "?1049l", "?1000h",
            "?1003h", "?2004l", "6n", "5n", "c", ">c", "=c", "?u", ">1u", "201~", "200~", "21t",
            "8;1;1t", "2t", "5i", "4h", "!p", "1;5r", "999S", "20L", "99P", "?5h", "0q", "?6$p",
        ],
    ),
    // OSC: titles, colours, links, folders, notices, clipboard, files, prompts.
    (
        "\u{1b}]",
        &[
            "0;owned\u{7}",
            "2;owned\u{1b}\\",
            "4;1;?\u{7}",
            "7;file:///\u{7}",
            "8;;https://evil.example/\u{7}here\u{1b}]8;;\u{7}",
            "9;notice\u{7}",
            "10;?\u{7}",
            "11;?\u{1b}\\",
            "52;c;cm0gLXJmIH4=\u{7}",
            "52;p;?\u{7}",
            "104\u{7}",
            "112\u{7}",
            "133;A\u{7}",
            "777;notify;a;b\u{7}",
            "1337;File=inline=1:AAAA\u{7}",
            "1337;ClearScrollback\u{7}",
            "50;?\u{7}",
            "0;no end",
        ],
    ),
    // DCS, APC, PM and SOS: settings, graphics, downloads.
    (
        "\u{1b}",
        &[
            "P+q544e\u{1b}\\",
            "P$qm\u{1b}\\",
            "Pq#0;2;0;0;0~\u{1b}\\",
            "_Gf=32;AAAA\u{1b}\\",
            "^private\u{1b}\\",
            "Xstring\u{1b}\\",
            "Ptmux;\u{1b}\u{1b}]0;x\u{7}\u{1b}\\",
        ],
    ),
    // Two characters: reset, save, charset, size, line feeds.
    (
        "\u{1b}",
        &[
            "c", "7", "8", "(0", ")0", "#8", "#6", "=", ">", "D", "M", "E", "N", "O", "n", "o",
            "~", "%G", "%@", " F", "[", "]", "",
        ],
    ),
];

const MARKUP: [&str; 40] = [
    "<script>alert(1)</script>",
    "</pre></details><img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "\"><svg/onload=1>",
    "| a | b |",
    "```\nrm -rf\n```",
    "`id`",
    "[click](javascript:1)",
    "![x](http://evil.example/a.png)",
    "@everyone",
    "# heading",
    "~~gone~~",
    "</title>",
    "<!--",
    "]]>",
    "$(rm -rf ~)",
    "`rm -rf ~`",
    "; rm -rf ~",
    "&& rm",
    "| sh",
    "${IFS}",
    "%s%n%x",
    "{0}",
    "{{7*7}}",
    "--yes",
    "--state=s3://evil",
    "-f",
    "../../../etc/passwd",
    "~/.aws/credentials",
    "/dev/stdin",
    "a: b",
    "- x",
    "*alias",
    "&anchor",
    "!!python/object:os.system",
    "null",
    "yes",
    "'",
    "\\u{1b}[2J",
    "C:\\x",
];

/// Names that look like `prod.example.com` and are another.
pub(crate) const LOOKALIKES: [&str; 18] = [
    "pr\u{43e}d.example.com",
    "\u{440}rod.example.com",
    "prod.ex\u{430}mple.com",
    "prod.example.c\u{43e}m",
    "prod.examp\u{217c}e.com",
    "\u{ff50}rod.example.com",
    "prod\u{2024}example\u{2024}com",
    "prod\u{3002}example.com",
    "pr\u{1d428}d.example.com",
    "prod.example.com\u{200b}",
    "\u{2060}prod.example.com",
    "prod\u{ad}.example.com",
    "prod.example.com ",
    " prod.example.com",
    "prod.example.com\u{a0}",
    "pr\u{200d}od.example.com",
    "\u{202e}moc.elpmaxe.dorp",
    "Prod.example.com",
];

const WORDS: [&str; 24] = [
    "שלום",
    "مرحبا بالعالم",
    "prod-عربي-1",
    "אבג 123 -> 456",
    "\u{627}\u{644}\u{633}",
    "本番環境",
    "한국어 이름",
    "ไม้เอก",
    "ﷺ",
    "\u{12219}\u{12219}",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇩🇪🇺🇸",
    "🏴\u{e0067}\u{e0062}\u{e007f}",
    "❤\u{fe0f}",
    "☺\u{fe0e}",
    "1\u{fe0f}\u{20e3}",
    "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{10ffff}",
    "\u{e000}",
    "\u{f8ff}",
    "ＷＩＤＥ　ＷＩＤＥ",
];

const BREAKS: [&str; 16] = [
    "a\nb",
    "a\r\nb",
    "a\rb",
    "\n\n\n",
    "prod\nkopswain: approved",
    "\r\u{1b}[Kall is well",
    "a\tb",
    "\t\t\t",
    "a\u{b}b",
    "a\u{c}b",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}b",
    "yes\r",
    "\u{8}\u{8}\u{8}good",
    "x\u{0}y",
];

/// Every text; more than 300 of them, some very long.
pub(crate) fn texts() -> Vec<String> {
    [short(), floods()].concat()
}

/// The texts that are no longer than what AWS takes for a tag.
pub(crate) fn short() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let inside = |character: char| format!("a{character}b");
    all.extend(
        (0..0x20)
            .chain(0x7f..0xa0)
            .filter_map(char::from_u32)
            .map(inside),
    );
    all.extend(UNSEEN.into_iter().flatten().copied().map(inside));
    for (introducer, ends) in OBEYED {
        all.extend(ends.iter().map(|end| format!("a{introducer}{end}b")));
    }
    // The same in eight bits, as a character of its own.
    all.extend(
        OBEYED[0]
            .1
            .iter()
            .take(12)
            .map(|end| format!("a\u{9b}{end}b")),
    );
    all.extend(
        OBEYED[1]
            .1
            .iter()
            .take(12)
            .map(|end| format!("a\u{9d}{end}\u{9c}b")),
    );
    for words in [&MARKUP[..], &LOOKALIKES, &WORDS, &BREAKS] {
        all.extend(words.iter().map(ToString::to_string));
    }
    all.push("e\u{301}\u{316}\u{489}".repeat(60));
    all
}

/// Texts without end.
pub(crate) fn floods() -> Vec<String> {
    vec![
        format!("z{}algo", "\u{301}\u{316}\u{489}".repeat(300)),
        "\u{301}".repeat(50),
        format!("{}x", "e\u{20dd}".repeat(40)),
        "A".repeat(70_000),
        "漢".repeat(30_000),
        format!("{}\u{1b}[2J", "a".repeat(20_000)),
        "\u{202e}".repeat(2_000),
        "\u{1b}[31m".repeat(2_000),
        "a\n".repeat(2_000),
        "👩‍👩‍👧‍👦".repeat(500),
    ]
}

const UNSEEN: [&[char]; 3] = [
    // What turns the direction of writing.
    &[
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
        '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ],
    // What is not seen at all.
    &[
        '\u{ad}',
        '\u{34f}',
        '\u{115f}',
        '\u{1160}',
        '\u{17b4}',
        '\u{180b}',
        '\u{180e}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{2060}',
        '\u{2061}',
        '\u{2062}',
        '\u{2063}',
        '\u{2064}',
        '\u{206a}',
        '\u{206f}',
        '\u{3164}',
        '\u{fe00}',
        '\u{fe0e}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fff9}',
        '\u{fffa}',
        '\u{fffb}',
        '\u{1bca0}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e0020}',
        '\u{e0041}',
        '\u{e007f}',
        '\u{e0100}',
        '\u{e01ef}',
    ],
    // What is seen as a blank and is none.
    &[
        '\u{a0}', '\u{1680}', '\u{2000}', '\u{2003}', '\u{2009}', '\u{200a}', '\u{202f}',
        '\u{205f}', '\u{2800}',
    ],
];

/// Bytes that are no text, as a program or a file may give them.
pub(crate) fn bytes() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = texts().into_iter().map(String::into_bytes).collect();
    all.extend([
        b"a\x9b31mb".to_vec(),
        b"a\x9d0;x\x9cb".to_vec(),
        b"a\xc0\x80b".to_vec(),
        b"a\xc0\x9b2Jb".to_vec(),
        b"a\xe0\x80\x9b2Jb".to_vec(),
        b"a\xed\xa0\x80b".to_vec(),
        b"a\xf4\x90\x80\x80b".to_vec(),
        b"a\xff\xfeb".to_vec(),
        b"a\xe2\x80".to_vec(),
        b"a\x1b".to_vec(),
    ]);
    all
}

/// The first character that no output may hold; line ends and blanks are the output's own. `None`: it is harmless.
pub(crate) fn forbidden(output: &str) -> Option<char> {
    let unseen = |character: &char| UNSEEN.iter().any(|list| list.contains(character));
    let more = |character: char| matches!(u32::from(character), 0xfe00..=0xfe0f | 0xe0000..=0xe0fff | 0x2028..=0x2029);
    output.chars().find(|character| {
        (character.is_control() && *character != '\n') || unseen(character) || more(*character)
    })
}

#[test]
fn there_are_more_than_three_hundred_and_nearly_all_of_them_do_harm() {
    let mut all = texts();
    let harmful = all.iter().filter(|text| forbidden(text).is_some()).count();
    assert!(harmful > 230, "{harmful}");
    all.sort();
    all.dedup();
    assert!(all.len() > 300, "{}", all.len());
}
