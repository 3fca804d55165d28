//! The samples, of which each kind of event has one, are what these types read and write.

#![allow(clippy::unwrap_used)] // how a test says that something does not hold

use std::{collections::BTreeSet, fs};

use events::{Envelope, RoutingKey, TaskData, UserData};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn directory() -> String {
    format!("{}/samples", env!("CARGO_MANIFEST_DIR"))
}

/// What is left of the data when it is read and written again.
fn written_again<D: DeserializeOwned + Serialize>(event: &Envelope) -> Value {
    serde_json::to_value(event.data_as::<D>().unwrap()).unwrap()
}

#[test]
fn every_kind_of_event_has_its_sample_and_every_sample_its_kind() {
    let files = fs::read_dir(directory()).unwrap();
    let found: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let wanted = RoutingKey::ALL.iter().map(|key| format!("{key}.json")).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_sample_that_is_read_and_written_again_is_the_same() {
    for key in RoutingKey::ALL {
        let sample = fs::read_to_string(format!("{}/{key}.json", directory())).unwrap();
        let event: Envelope = serde_json::from_str(&sample).unwrap();
        assert_eq!((event.routing_key(), event.source.as_str()), (Some(key), key.source()));
        let data = if key.is_of_task() {
            written_again::<TaskData>(&event)
        } else {
            written_again::<UserData>(&event)
        };
        assert_eq!(data, event.data, "{key}");
        let sample: Value = serde_json::from_str(&sample).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), sample, "{key}");
    }
}
