//! Forged and mutated tokens, at all three services: none is accepted, each is told in the same way.
//!
//! The test knows the signing key (it opens the sealed one in the database), so that a token is refused for the one thing
//! that is wrong with it; that the forge makes good tokens too is held first.

mod kinds;
mod smith;

use serde_json::json;

use self::smith::Smith;
use crate::world::World;

const PATHS: [&str; 3] = ["/api/users/me/", "/api/tasks/", "/api/notifications/"];

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_token_is_accepted_by_any_service() {
    let world = World::start().await;
    let smith = Smith::new(&world).await;
    let good = [smith.good(), smith.with_claims(|claims| claims["exp"] = json!(smith.now - 2))];
    for path in PATHS {
        for good in &good {
            // Two seconds past its end it is within the leeway, so what is refused below is refused for what is wrong.
            world.anyone.with_token(good).get(path).await.expect(200);
        }
    }
    let kinds = kinds::all(&world, &smith).await;
    assert!(kinds.len() >= 40, "{} kinds", kinds.len());
    for path in PATHS {
        for (kind, token) in &kinds {
            let answer = world.anyone.with_token(token).get(path).await;
            assert_eq!(answer.status, 401, "{kind} at {path}: {}", answer.text);
            assert_eq!(answer.header("content-type"), "application/problem+json", "{kind} at {path}");
            assert_eq!(answer.json["type"], "/problems/unauthorized", "{kind} at {path}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{kind} at {path}");
            assert!(!answer.text.contains(token) || token.len() < 8, "{kind} is echoed");
        }
    }
    println!("{} kinds of forged tokens, {} services, none accepted", kinds.len(), PATHS.len());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_counts_only_where_it_belongs() {
    let world = World::start().await;
    let token = world.admin.token().unwrap().to_owned();
    let with = |value: &str| world.anyone.with_header("Authorization", value);
    for path in PATHS {
        for value in [
            format!("Basic {token}"),
            format!("Token {token}"),
            token.clone(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
        ] {
            with(&value).get(path).await.expect(401);
        }
        // Two credentials: which one would count?
        with(&format!("Bearer {token}")).with_header("Authorization", "Bearer x").get(path).await.expect(401);
        world.anyone.with_header("Cookie", &format!("access={token}")).get(path).await.expect(401);
        let answer = world.anyone.get(&format!("{path}?access_token={token}")).await;
        assert!(answer.status == 400 || answer.status == 401, "{}", answer.text);
        with(&format!("bearer {token}")).get(path).await.expect(200);
    }
    world.end().await;
}
