//! The kinds of tokens that must not be accepted.

use ed25519_dalek::SigningKey;
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use service_kit::auth::PersonalToken;
use sha2::Sha256;

use super::smith::{Smith, encode, sign};
use crate::world::{World, sign_in};

type Kinds = Vec<(String, String)>;

pub async fn all(world: &World, smith: &Smith) -> Kinds {
    let mut kinds = Kinds::new();
    algorithms(smith, &mut kinds);
    headers(smith, &mut kinds);
    claims(smith, &mut kinds);
    times(smith, &mut kinds);
    payloads(smith, &mut kinds);
    signatures(smith, &mut kinds);
    shapes(smith, &mut kinds);
    other_secrets(world, &mut kinds).await;
    kinds
}

fn algorithms(smith: &Smith, kinds: &mut Kinds) {
    let payload = encode(smith.claims.to_string());
    let head = |alg: Value| encode(json!({"alg": alg, "typ": "at+jwt", "kid": smith.kid}).to_string());
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        kinds.push((format!("alg {alg:?} without a signature"), format!("{}.{payload}.", head(json!(alg)))));
    }
    for alg in ["none", "HS256", "ES256", "RS256", "PS512", "Ed448", "eddsa"] {
        let token = smith.with_header(|header| header["alg"] = json!(alg));
        kinds.push((format!("alg {alg} over our signature"), token));
    }
    for alg in [json!(null), json!(8), json!(["EdDSA"])] {
        kinds.push((format!("alg {alg}"), smith.with_header(|header| header["alg"] = alg)));
    }
    kinds.push(("no alg".to_owned(), smith.with_header(|header| remove(header, "alg"))));
    // The public key is known to all: as a secret of HMAC it must be worth nothing.
    let public = smith.key.verifying_key().to_bytes();
    let spki =
        [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &public].concat();
    let secrets: [(&str, Vec<u8>); 4] = [
        ("the public key", public.to_vec()),
        ("the public key's text", encode(public).into_bytes()),
        ("the public key's DER", spki),
        ("nothing", Vec::new()),
    ];
    for (name, secret) in secrets {
        let input = format!("{}.{payload}", head(json!("HS256")));
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(input.as_bytes());
        kinds.push((
            format!("HS256 under {name}"),
            format!("{input}.{}", encode(mac.finalize().into_bytes())),
        ));
    }
}

fn headers(smith: &Smith, kinds: &mut Kinds) {
    for typ in [json!("JWT"), json!("at"), json!("rt+jwt"), json!(""), json!(null), json!(1)] {
        kinds.push((format!("typ {typ}"), smith.with_header(|header| header["typ"] = typ)));
    }
    for gone in ["typ", "kid"] {
        kinds.push((format!("no {gone}"), smith.with_header(|header| remove(header, gone))));
    }
    for kid in [json!("unknown"), json!(""), json!(null), json!(1), json!("../../keys"), json!("' OR 1=1 --")]
    {
        kinds.push((format!("kid {kid}"), smith.with_header(|header| header["kid"] = kid)));
    }
    kinds.push(("crit".to_owned(), smith.with_header(|header| header["crit"] = json!(["exp"]))));
    // Another key, presented in every way that a header knows.
    let theirs = SigningKey::from_bytes(&[7; 32]);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(theirs.verifying_key().to_bytes())});
    let url = "http://127.0.0.1:1/keys.json";
    for (name, field, value) in [
        ("under our kid", "cty", json!("JWT")),
        ("in jwk", "jwk", jwk),
        ("at a jku", "jku", json!(url)),
        ("at an x5u", "x5u", json!(url)),
        ("in x5c", "x5c", json!([encode(theirs.verifying_key().to_bytes())])),
        ("under its own kid", "kid", json!("theirs")),
    ] {
        let mut header = smith.header();
        header[field] = value;
        let token = sign(&theirs, &header.to_string(), smith.claims.to_string());
        kinds.push((format!("another key {name}"), token));
    }
}

fn claims(smith: &Smith, kinds: &mut Kinds) {
    for gone in ["iss", "aud", "sub", "role", "sid", "iat", "nbf", "exp", "jti"] {
        kinds.push((format!("no {gone}"), smith.with_claims(|claims| remove(claims, gone))));
    }
    let someone = uuid::Uuid::now_v7().to_string();
    for (claim, value) in [
        ("iss", json!("another")),
        ("iss", json!("")),
        ("iss", json!(["docket"])),
        ("iss", json!(null)),
        ("aud", json!("another")),
        ("aud", json!([])),
        ("aud", json!(["another", "docket"])),
        ("sub", json!(someone)),
        ("sub", json!("admin")),
        ("sub", json!(1)),
        ("role", json!("user")),
        ("role", json!("root")),
        ("role", json!(["admin"])),
        ("sid", json!("")),
        ("sid", json!(true)),
        ("jti", json!("x")),
        ("iat", json!("now")),
    ] {
        let kind = format!("{claim} {value}");
        kinds.push((kind, smith.with_claims(|claims| claims[claim] = value)));
    }
}

fn times(smith: &Smith, kinds: &mut Kinds) {
    let now = smith.now;
    for (claim, value) in [
        ("exp", json!(now - 6)),
        ("exp", json!(now - 3_600)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!(null)),
        ("exp", json!((now + 600).to_string())),
        ("exp", json!(f64::MAX)),
        ("exp", json!(u64::MAX)),
        // Beyond the leeway also when all these kinds took half a minute to be asked.
        ("nbf", json!(now + 120)),
        ("nbf", json!(now + 86_400)),
        ("nbf", json!(null)),
        ("nbf", json!("0")),
    ] {
        let kind = format!("{claim} {value}");
        kinds.push((kind, smith.with_claims(|claims| claims[claim] = value)));
    }
}

fn payloads(smith: &Smith, kinds: &mut Kinds) {
    let good = smith.claims.to_string();
    let twice = |name: &str| format!("{{\"{name}\":{},{}", smith.claims[name], &good[1..]);
    for name in ["role", "exp", "sub"] {
        kinds.push((format!("{name} twice"), smith.with_payload(twice(name))));
    }
    for payload in ["", "{}", "[]", "null", "1", "\"docket\"", "{", "not JSON", &format!("[{good}]")] {
        kinds.push((format!("payload {payload:.20}"), smith.with_payload(payload)));
    }
    kinds.push(("payload that is no UTF-8".to_owned(), smith.with_payload(b"{\"iss\":\"\xff\"}")));
}

fn signatures(smith: &Smith, kinds: &mut Kinds) {
    let good = smith.good();
    let (input, signature) = good.rsplit_once('.').unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature).unwrap();
    for bit in [0, 7, 255, 256, 300, 511] {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        kinds.push((format!("signature with bit {bit} flipped"), format!("{input}.{}", encode(flipped))));
    }
    for (name, other) in [
        ("no signature", Vec::new()),
        ("half a signature", bytes[..32].to_vec()),
        ("a signature cut by a byte", bytes[..63].to_vec()),
        ("a signature and a byte", [&bytes[..], &[0]].concat()),
        ("zeros for a signature", vec![0; 64]),
        ("the same signature in another form", malleable(&bytes)),
    ] {
        kinds.push((name.to_owned(), format!("{input}.{}", encode(other))));
    }
    let other = smith.with_claims(|claims| claims["jti"] = json!(uuid::Uuid::new_v4().to_string()));
    kinds.push((
        "another token's signature".to_owned(),
        format!("{input}.{}", other.rsplit_once('.').unwrap().1),
    ));
    kinds.push(("no last character".to_owned(), good[..good.len() - 1].to_owned()));
}

/// S + L: the same signature to a verifier that does not insist on the smallest S (RFC 8032, 5.1.7).
fn malleable(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut sum = signature.to_vec();
    let mut carry = 0;
    for (byte, order) in sum[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    sum
}

fn shapes(smith: &Smith, kinds: &mut Kinds) {
    let good = smith.good();
    let parts: Vec<&str> = good.split('.').collect();
    let (head, body, signature) = (parts[0], parts[1], parts[2]);
    for (name, token) in [
        ("two segments", format!("{head}.{body}")),
        ("four segments", format!("{good}.{signature}")),
        ("five segments", format!("{head}..{body}.{signature}.")),
        ("a dot before", format!(".{good}")),
        ("a dot after", format!("{good}.")),
        ("only dots", "..".to_owned()),
        ("padded base64", format!("{head}=.{body}.{signature}")),
        ("padded signature", format!("{good}==")),
        ("a space inside", format!("{head} .{body}.{signature}")),
        ("a second token", format!("{good} {good}")),
        ("a comma after", format!("{good},")),
        ("in capitals", good.to_uppercase()),
        ("in quotes", format!("\"{good}\"")),
        ("backwards", good.chars().rev().collect()),
        ("segments in another order", format!("{body}.{head}.{signature}")),
        ("letters of another script", format!("{head}.{body}.{signature}é")),
        ("longer than any of ours", format!("{good}{}", "A".repeat(4_000))),
        ("3 kB of claims", smith.with_claims(|claims| claims["pad"] = json!("x".repeat(3_000)))),
        ("null", "null".to_owned()),
        ("undefined", "undefined".to_owned()),
    ] {
        kinds.push((name.to_owned(), token));
    }
}

/// What is a secret of ours, and no access token, or none any more.
async fn other_secrets(world: &World, kinds: &mut Kinds) {
    let ann = world.person().await;
    let mut push = |name: &str, token: &str| kinds.push((name.to_owned(), token.to_owned()));
    push("a refresh token", &ann.refresh);
    push("a user's id", &ann.id);

    let over = sign_in(&world.anyone, &ann.email).await;
    world.anyone.post("/api/users/logout/", json!({"refresh": over.refresh})).await.expect(204);
    push("the token of a session that is over", over.token().unwrap());

    let made_up = PersonalToken::random();
    let text = made_up.reveal();
    push("a personal token that nobody made", text);
    push("one with another checksum", &format!("{}0", &text[..52]));
    push("its prefix", "dkt_");
    push("one without its prefix", &text[4..]);
    push("one in capitals", &text.to_uppercase());
    push("one that is cut", &text[..40]);
    push("one and a character", &format!("{text}a"));

    let soon = (chrono::Utc::now() + chrono::Duration::seconds(2)).to_rfc3339();
    let scopes = ["profile:read", "tasks:read", "notifications:read"];
    let body = json!({"name": "CI", "scopes": scopes, "expires_at": soon});
    let expired = ann.post("/api/users/me/tokens/", body).await.expect(201).json["token"].clone();
    let revoked =
        ann.post("/api/users/me/tokens/", json!({"name": "CI", "scopes": scopes})).await.expect(201);
    ann.delete(revoked.header("location")).await.expect(204);
    push("a personal token that expired", expired.as_str().unwrap());
    push("one that was revoked", revoked.json["token"].as_str().unwrap());
    let client = world.anyone.with_token(expired.as_str().unwrap());
    for path in super::PATHS {
        testkit::eventually("the token to expire", async || {
            (client.get(path).await.status == 401
                && world.anyone.with_token(over.token().unwrap()).get(path).await.status == 401)
                .then_some(())
        })
        .await;
    }
}

fn remove(object: &mut Value, field: &str) {
    object.as_object_mut().unwrap().remove(field);
}
