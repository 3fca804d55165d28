//! What of a plan matters: where it reads and by which index; and what would grow with the data.

use serde_json::Value;

/// Rows that are read to be thrown away: as many as are one person's, here.
const MANY: f64 = 2_000.0;
/// A page (100 at most), and the row after it.
const PAGE: f64 = 101.0;

/// One line for each node that reads a table or sorts, in the order of the plan.
pub fn lines(plan: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    walk(plan, &mut |node| {
        let kind = text(node, "Node Type");
        let on = [text(node, "Relation Name"), text(node, "Index Name")]
            .into_iter()
            .filter(|name| !name.is_empty());
        let on: Vec<&str> = on.collect();
        if !on.is_empty() && kind != "ModifyTable" || kind.contains("Sort") {
            lines.push([&[kind], on.as_slice()].concat().join(" "));
        }
    });
    lines
}

/// What in it costs more the more there is, with how much that was. `grows` tells of which tables there is ever more.
pub fn faults(plan: &Value, grows: impl Fn(&str) -> bool) -> Vec<(String, f64)> {
    let mut faults = Vec::new();
    walk(plan, &mut |node| {
        let (kind, table) = (text(node, "Node Type"), text(node, "Relation Name"));
        if kind == "Seq Scan" && grows(table) {
            faults.push((format!("reads all of {table}"), rows(node)));
        }
        let sorted = node["Plans"].as_array().and_then(|below| below.first()).map_or(0.0, rows);
        if kind.contains("Sort") && sorted > PAGE {
            faults.push(("sorts".to_owned(), sorted));
        }
        let passed_over = number(node, "Rows Removed by Filter") * number(node, "Actual Loops");
        if passed_over > MANY && (table.is_empty() || grows(table)) {
            faults.push((format!("passes over rows of {table}"), passed_over));
        }
    });
    faults
}

fn walk(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    for below in node["Plans"].as_array().into_iter().flatten() {
        walk(below, visit);
    }
}

fn rows(node: &Value) -> f64 {
    number(node, "Actual Rows") * number(node, "Actual Loops")
}

fn number(node: &Value, key: &str) -> f64 {
    node[key].as_f64().unwrap_or(0.0)
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node[key].as_str().unwrap_or_default()
}
