//! Keyset pages: signed cursors, `next` and `previous` links, a cost that does not grow with the depth.

use actix_web::HttpRequest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use paperclip::v2::{
    models::{DataType, DefaultSchemaRaw},
    schema::Apiv2Schema,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::{
    params::{Param, Params},
    problem::Problem,
    wire,
};

/// Rows of a page if the caller does not say.
pub const DEFAULT_LIMIT: i64 = 20;
/// Most rows of a page.
pub const MAX_LIMIT: i64 = 100;

const MAC_BYTES: usize = 16;
/// Characters of a cursor: the longest key is a title of 255 characters, escaped in JSON and then in base64.
const LONGEST_CURSOR: usize = 4000;

/// A place between two rows of one ordering, and the direction in which to read on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The ordering that it belongs to.
    pub ordering: String,
    /// The row's value in that ordering, as text; `None` for null.
    pub key: Option<String>,
    /// The row's id, which makes the order total.
    pub id: Uuid,
    /// Read towards the beginning.
    pub backward: bool,
}

/// The secret that signs cursors.
#[derive(Clone)]
pub struct CursorKey(Vec<u8>);

impl CursorKey {
    /// A key from a secret of any length.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(secret.to_vec())
    }

    /// The cursor as text that only the holder of the key can make, bound to `scope` (caller, route, filters).
    #[must_use]
    pub fn seal(&self, scope: &str, cursor: &Cursor) -> String {
        let mut bytes = serde_json::to_vec(cursor).unwrap_or_default();
        let mac = self.mac(scope, &bytes);
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor inside `text`.
    ///
    /// # Errors
    /// 400 when it was not sealed by us for this scope.
    pub fn open(&self, scope: &str, text: &str) -> Result<Cursor, Problem> {
        let forged = || {
            Problem::bad_request("This cursor is not one of ours for this list, its filters and its caller.")
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| forged())?;
        let cut = bytes.len().checked_sub(MAC_BYTES).ok_or_else(forged)?;
        let (body, mac) = bytes.split_at(cut);
        let genuine: bool = subtle::ConstantTimeEq::ct_eq(&self.mac(scope, body)[..], mac).into();
        if !genuine {
            return Err(forged());
        }
        serde_json::from_slice(body).map_err(|_| forged())
    }

    fn mac(&self, scope: &str, body: &[u8]) -> [u8; MAC_BYTES] {
        let mut short = [0; MAC_BYTES];
        // HMAC takes keys of any length, so this cannot fail.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) {
            mac.update(scope.as_bytes());
            mac.update(&[0]);
            mac.update(body);
            short.copy_from_slice(&mac.finalize().into_bytes()[..MAC_BYTES]);
        }
        short
    }
}

/// The paging parameters of a list call.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// Rows wanted, 1 to 100.
    pub limit: i64,
    /// The sealed cursor.
    pub cursor: Option<String>,
    /// Whether the caller pays for a count.
    pub count: bool,
}

impl PageRequest {
    /// Reads `limit`, `cursor` and `count`.
    pub fn from_params(params: &mut Params) -> Self {
        let limit = params.optional::<Limit>("limit").map_or(DEFAULT_LIMIT, |limit| limit.0);
        let cursor = params.optional::<SealedCursor>("cursor").map(|cursor| cursor.0);
        Self { limit, cursor, count: params.optional("count").unwrap_or(false) }
    }
}

struct Limit(i64);

impl Param for Limit {
    fn from_param(text: &str) -> Result<Self, String> {
        let limit = i64::from_param(text)?;
        if (1..=MAX_LIMIT).contains(&limit) {
            Ok(Self(limit))
        } else {
            Err(format!("must be from 1 to {MAX_LIMIT}"))
        }
    }

    fn wire() -> Value {
        wire::with(wire::whole_number(1, MAX_LIMIT), json!({"default": DEFAULT_LIMIT}))
    }
}

/// A cursor that is not opened yet. Only its holder can make one, so the document needs no more than its alphabet.
struct SealedCursor(String);

impl Param for SealedCursor {
    fn from_param(text: &str) -> Result<Self, String> {
        let is_base64 = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if is_base64 && !text.is_empty() && text.len() <= LONGEST_CURSOR {
            Ok(Self(text.to_owned()))
        } else {
            Err("is not one of ours".to_owned())
        }
    }

    fn wire() -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": LONGEST_CURSOR, "pattern": "^[A-Za-z0-9_-]+$"})
    }
}

/// One page of a list.
#[derive(Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// URL of the page after this one.
    pub next: Option<String>,
    /// URL of the page before this one.
    pub previous: Option<String>,
    /// How many there are in all, only where `?count=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// The rows.
    pub results: Vec<T>,
}

/// The list call that a page belongs to: where links lead, and what cursors are bound to.
#[derive(Debug, Clone)]
pub struct ListCall {
    url: String,
    filters: String,
    scope: String,
}

impl ListCall {
    /// Of this request by this caller. Links lead to the host that the caller used.
    #[must_use]
    pub fn new(req: &HttpRequest, caller: Uuid) -> Self {
        let connection = req.connection_info();
        let mut filters: Vec<&str> = req
            .query_string()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
            .collect();
        filters.sort_unstable();
        let binding: Vec<&str> = filters
            .iter()
            .copied()
            .filter(|pair| !pair.starts_with("limit=") && !pair.starts_with("count="))
            .collect();
        let path = req.path().trim_end_matches('/');
        Self {
            url: format!("{}://{}{path}/", connection.scheme(), connection.host()),
            scope: format!("{caller} {path} {}", binding.join("&")),
            filters: filters.join("&"),
        }
    }

    /// Opens the cursor of the request, if it has one, for an ordering.
    ///
    /// # Errors
    /// 400 when it is forged or belongs to another call.
    pub fn cursor(
        &self,
        key: &CursorKey,
        request: &PageRequest,
        ordering: &str,
    ) -> Result<Option<Cursor>, Problem> {
        let Some(text) = request.cursor.as_deref() else { return Ok(None) };
        let cursor = key.open(&self.scope, text)?;
        if cursor.ordering != ordering {
            return Err(Problem::bad_request("This cursor belongs to another ordering."));
        }
        Ok(Some(cursor))
    }

    /// Puts the page together from up to `limit + 1` rows, which come in reading direction (backward: nearest first).
    /// `place` gives a row's key and id in the ordering.
    pub fn page<R>(
        &self,
        key: &CursorKey,
        request: &PageRequest,
        ordering: &str,
        from: Option<&Cursor>,
        mut rows: Vec<R>,
        place: impl Fn(&R) -> (Option<String>, Uuid),
    ) -> Page<R> {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let backward = from.is_some_and(|cursor| cursor.backward);
        if backward {
            rows.reverse();
        }
        let link = |row: Option<&R>, backward: bool| {
            row.map(|row| {
                let (row_key, id) = place(row);
                let cursor = Cursor { ordering: ordering.to_owned(), key: row_key, id, backward };
                let joint = if self.filters.is_empty() { "" } else { "&" };
                format!("{}?{}{joint}cursor={}", self.url, self.filters, key.seal(&self.scope, &cursor))
            })
        };
        let has_next = if backward { true } else { more };
        let has_previous = if backward { more } else { from.is_some() };
        Page {
            next: if has_next { link(rows.last(), false) } else { None },
            previous: if has_previous { link(rows.first(), true) } else { None },
            count: None,
            results: rows,
        }
    }
}

impl<T> Page<T> {
    /// The same page with each row as the client sees it.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page {
            next: self.next,
            previous: self.previous,
            count: self.count,
            results: self.results.into_iter().map(view).collect(),
        }
    }
}

impl<T: Apiv2Schema> Apiv2Schema for Page<T> {
    fn name() -> Option<String> {
        T::name().map(|name| format!("{name}Page"))
    }

    fn raw_schema() -> DefaultSchemaRaw {
        // Without its name here the schema is referred to and never defined.
        let name = Self::name();
        let mut schema = DefaultSchemaRaw { data_type: Some(DataType::Object), name, ..Default::default() };
        let mut add = |name: &str, property: DefaultSchemaRaw| {
            schema.properties.insert(name.to_owned(), property.into());
        };
        add("next", Option::<String>::raw_schema());
        add("previous", Option::<String>::raw_schema());
        add("count", Option::<i64>::raw_schema());
        add("results", Vec::<T>::raw_schema());
        schema.required = ["results".to_owned()].into_iter().collect();
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> Cursor {
        Cursor { ordering: "due_date".to_owned(), key: None, id: Uuid::nil(), backward: false }
    }

    #[test]
    fn a_cursor_opens_only_for_its_scope_and_unaltered() {
        let key = CursorKey::new(b"secret");
        let sealed = key.seal("ann /api/tasks", &cursor());
        assert_eq!(key.open("ann /api/tasks", &sealed).expect("ours"), cursor());
        assert!(key.open("bob /api/tasks", &sealed).is_err());
        assert!(CursorKey::new(b"other").open("ann /api/tasks", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut forged = sealed.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("ASCII");
            // The last character may carry unused bits; it must then still be refused or mean the same.
            assert!(key.open("ann /api/tasks", &forged).map_or(true, |opened| opened == cursor()));
        }
        assert!(key.open("ann /api/tasks", "").is_err());
    }
}
