//! The address map: one strip in proportion for each block of the VPC, then its segments in order, with words.

use ipnet::Ipv4Net;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::pane::pane;
use crate::core::inventory::Owner;
use crate::core::network::address_map::{AddressMap, Collision, SegmentKind, SegmentRun};
use crate::core::text::prose::counted;
use crate::core::text::untrusted::visible;
use crate::tui::theme::StyleRole;
use crate::tui::widgets::render_context::RenderContext;
use crate::tui::widgets::text::{cut_end, pad};

const MOST_SIGNS: usize = 64;
const EIGHTHS: usize = 8;

/// What is shown of a map.
#[derive(Debug)]
pub struct MapPane<'a> {
    pub map: &'a AddressMap,
    /// The part that the zoom is on.
    pub window: Option<Ipv4Net>,
    /// The first run that is listed.
    pub top: usize,
    pub focused: bool,
}

/// Draws the map of a VPC from its run `top` on, as much of it as there is room for.
pub fn draw(frame: &mut Frame<'_>, area: Rect, shown: &MapPane<'_>, context: &RenderContext) {
    let map = shown.map;
    let zoomed = shown.window.map(|window| map.zoomed(window));
    let listed = zoomed.as_ref().unwrap_or(map);
    let runs = listed.runs();
    let inside = pane(
        frame,
        area,
        &title(shown, runs.len()),
        shown.focused,
        context,
    );
    let columns = usize::from(inside.width);
    let mut lines = Vec::new();
    for cidr in &map.cidrs {
        lines.push(strip(map, *cidr, columns, context));
    }
    if let Some(window) = shown.window {
        lines.push(strip(listed, window, columns, context));
        lines.push(context.line(scale(window, columns), StyleRole::Dim));
    }
    let collisions = map.collisions.iter();
    lines.extend(collisions.map(|one| collision(map, one, columns, context)));
    let room = usize::from(inside.height).saturating_sub(lines.len());
    let top = shown.top.min(runs.len().saturating_sub(room));
    let rest = runs.get(top..).unwrap_or_default();
    let fit = if rest.len() > room {
        room.saturating_sub(1)
    } else {
        rest.len()
    };
    let listed = rest.iter().take(fit);
    lines.extend(listed.map(|run| described(run, columns, context)));
    if rest.len() > fit {
        let more = format!("{} {} more", context.signs.ellipsis, rest.len() - fit);
        lines.push(context.line(more, StyleRole::Dim));
    }
    frame.render_widget(Text::from(lines), inside);
}

fn title(shown: &MapPane<'_>, runs: usize) -> String {
    let of = shown
        .window
        .map(|window| format!(" of {window}"))
        .unwrap_or_default();
    if shown.focused {
        return format!("Address map{of}  {}/{runs}", shown.top + 1);
    }
    format!("Address map{of}")
}

// The first address of each eighth of a window, below its strip.
fn scale(window: Ipv4Net, columns: usize) -> String {
    let cells = columns.min(MOST_SIGNS);
    let marks = (0..EIGHTHS).map(|eighth| {
        let octets = part(window, eighth, EIGHTHS).octets();
        let text = format!("{}.{}", octets[2], octets[3]);
        let (begin, end) = (eighth * cells / EIGHTHS, (eighth + 1) * cells / EIGHTHS);
        pad(&text, end - begin).chars().take(end - begin).collect()
    });
    let marks: Vec<String> = marks.collect();
    marks.concat().trim_end().to_owned()
}

// What is impossible is shown before what is possible.
fn collision(
    map: &AddressMap,
    one: &Collision,
    columns: usize,
    context: &RenderContext,
) -> Line<'static> {
    let with = match one.with.as_slice() {
        [] if !map.is_inside(one.cidr) => "not inside the VPC".to_owned(),
        [] => "no subnet can be like this".to_owned(),
        [other] => format!("collides with {other}"),
        [first, rest @ ..] => format!("collides with {first} and {} more", rest.len()),
    };
    let block = pad(&one.cidr.to_string(), 18);
    let text = format!("{block} {} {}, {with}", one.tier.word(), visible(&one.zone));
    Line::from(vec![
        context.span(format!("{} ", context.signs.blocked), StyleRole::Danger),
        Span::raw(cut_end(
            &text,
            columns.saturating_sub(2),
            context.signs.ellipsis,
        )),
    ])
}

fn described(run: &SegmentRun<'_>, columns: usize, context: &RenderContext) -> Line<'static> {
    let (sign, role) = sign(&run.first.kind, context);
    let block = if run.count == 1 {
        run.first.cidr.to_string()
    } else {
        format!(
            "{} to {}",
            run.first.cidr.network(),
            run.last.cidr.broadcast()
        )
    };
    let text = format!("{} {}", pad(&block, 18), words(run));
    Line::from(vec![
        context.span(format!("{sign} "), role),
        Span::raw(cut_end(
            &text,
            columns.saturating_sub(2),
            context.signs.ellipsis,
        )),
    ])
}

fn words(run: &SegmentRun<'_>) -> String {
    match &run.first.kind {
        SegmentKind::Existing {
            name,
            zone,
            tier: Some(tier),
            ..
        } => format!(
            "{} {}, this cluster, in {} {name}",
            tier.word(),
            visible(zone),
            owner(run)
        ),
        SegmentKind::Existing { name, .. } if run.count == 1 => format!("{} {name}", owner(run)),
        SegmentKind::Existing { .. } => {
            format!("{} ({})", owner(run), counted(run.count, "subnet"))
        }
        SegmentKind::Planned { zone, tier } => format!("{} {zone}, this cluster", tier.word()),
        SegmentKind::Reserved { cluster } if cluster.raw().is_empty() => {
            "reserved for another zone".to_owned()
        }
        SegmentKind::Reserved { cluster } => format!("reserved for {cluster}"),
        SegmentKind::Routed { .. } => "routed elsewhere".to_owned(),
        SegmentKind::Pods => "kops's pods and services".to_owned(),
        SegmentKind::Free => "free".to_owned(),
    }
}

fn owner(run: &SegmentRun<'_>) -> String {
    match &run.first.kind {
        SegmentKind::Existing {
            owner: Owner::Kops(cluster),
            ..
        } => cluster.shown(),
        SegmentKind::Existing {
            owner: Owner::Terraform,
            ..
        } => "Terraform".to_owned(),
        _ => "other".to_owned(),
    }
}

fn sign(kind: &SegmentKind, context: &RenderContext) -> (&'static str, StyleRole) {
    let ascii = context.signs.ascii;
    match kind {
        SegmentKind::Existing { tier: None, .. } => {
            (if ascii { "#" } else { "▓" }, StyleRole::Text)
        }
        SegmentKind::Existing { tier: Some(_), .. } | SegmentKind::Planned { .. } => {
            (if ascii { "+" } else { "█" }, StyleRole::Accent)
        }
        SegmentKind::Reserved { .. } => (if ascii { "-" } else { "▒" }, StyleRole::Note),
        SegmentKind::Routed { .. } | SegmentKind::Pods => ("/", StyleRole::Warning),
        SegmentKind::Free => (if ascii { "." } else { "░" }, StyleRole::Dim),
    }
}

fn strip(
    map: &AddressMap,
    cidr: Ipv4Net,
    columns: usize,
    context: &RenderContext,
) -> Line<'static> {
    let cells = columns.min(MOST_SIGNS);
    let spans = (0..cells).map(|cell| {
        let address = part(cidr, cell, cells);
        let next = part(cidr, cell + 1, cells);
        let reaches =
            |one: &Collision| one.cidr.network() < next && one.cidr.broadcast() >= address;
        if map.collisions.iter().any(reaches) {
            return context.span(context.signs.blocked, StyleRole::Danger);
        }
        let held = map
            .segments
            .iter()
            .find(|segment| segment.cidr.contains(&address));
        match held {
            Some(segment) => {
                let (sign, role) = sign(&segment.kind, context);
                context.span(sign, role)
            }
            None => Span::raw(" "),
        }
    });
    spans.collect()
}

// The address at the start of one of so many equal parts of a block.
fn part(cidr: Ipv4Net, cell: usize, cells: usize) -> std::net::Ipv4Addr {
    let first = u64::from(u32::from(cidr.network()));
    let size = 1u64 << (32 - u32::from(cidr.prefix_len()));
    let offset = size * cell as u64 / cells.max(1) as u64;
    std::net::Ipv4Addr::from(u32::try_from(first + offset).unwrap_or(u32::MAX))
}
