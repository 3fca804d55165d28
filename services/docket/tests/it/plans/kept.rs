//! The plans that are kept, one file a schema: each statement, and the ways in which it is done.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use diesel::{PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::Integer};

use super::{Statement, Statements, known};

/// Whose plans they are: another major version of Postgres may do better.
const POSTGRES: i32 = 15;

const INDENT: &str = "    ";
const OR: &str = "    or\n";

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Integer)]
    major: i32,
}

/// Whether the plans that are kept were made by a server such as this; if not, it is said aloud.
pub fn are_of_this_server(conn: &mut PgConnection) -> bool {
    let query = "SELECT current_setting('server_version_num')::int / 10000 AS major";
    let Version { major } = sql_query(query).get_result(conn).unwrap();
    if major != POSTGRES {
        eprintln!(
            "NOT TESTED: plans against those that are kept, which are PostgreSQL {POSTGRES}'s, not {major}'s"
        );
    }
    major == POSTGRES
}

/// Holds the statements against the files; tells what is new. What only sometimes happens may be missing. What is known to
/// grow is not kept: it is done now this way and now that, by what happens to lie in the table.
pub fn differences(statements: &Statements) -> String {
    let mut differences = String::new();
    let schemas: BTreeSet<&str> = statements.keys().map(|(schema, _)| schema.as_str()).collect();
    for schema in schemas {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/plans/{schema}.txt"));
        let mut kept = read(schema, &file);
        let of_schema =
            statements.iter().filter(|((other, text), _)| other == schema && !known::is_known(schema, text));
        if std::env::var_os("UPDATE_SNAPSHOT").is_some() {
            kept.retain(|key, _| statements.contains_key(key) && !known::is_known(schema, &key.1));
            for (key, statement) in of_schema {
                kept.entry(key.clone()).or_default().shapes.extend(statement.shapes.iter().cloned());
            }
            std::fs::write(&file, rendered(&kept)).unwrap();
            continue;
        }
        for (key, statement) in of_schema {
            let known = kept.get(key).map(|known| &known.shapes);
            for shape in &statement.shapes {
                if !known.is_some_and(|shapes| shapes.contains(shape)) {
                    let _ = writeln!(differences, "{schema}: {}\n{INDENT}{}", key.1, shape.join("\n    "));
                }
            }
        }
    }
    differences
}

fn rendered(statements: &Statements) -> String {
    let mut file = String::new();
    for ((_, text), statement) in statements {
        let shape = |lines: &Vec<String>| format!("{INDENT}{}\n", lines.join("\n    "));
        let shapes: Vec<String> = statement.shapes.iter().map(shape).collect();
        let _ = writeln!(file, "{text}\n{}", shapes.join(OR));
    }
    file
}

fn read(schema: &str, file: &Path) -> Statements {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let one = |block: &str| {
        let (text, shapes) = block.split_once('\n')?;
        let lines = |shape: &str| shape.lines().map(|line| line.trim_start().to_owned()).collect();
        let shapes = format!("{shapes}\n").split(OR).map(lines).collect();
        Some(((schema.to_owned(), text.to_owned()), Statement { shapes, ..Statement::default() }))
    };
    text.trim_end().split("\n\n").filter_map(one).collect()
}
