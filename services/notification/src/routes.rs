//! The whole URL table of this service. Paths are written without their trailing slash; both forms are served.

use paperclip::actix::web::ServiceConfig;
use service_kit::http::resource;

use crate::{
    dashboard::api::read_dashboard,
    deliveries::api::{list_deliveries, read_delivery, retry_delivery},
    feeds::{
        api::{create_feed, delete_feed, list_feeds},
        public_api::{read_notification_feed, read_task_calendar},
    },
    notifications::{
        api::{
            count_unread_notifications, delete_notification, list_notifications, read_notification,
            update_notification,
        },
        bulk_api::{archive_all_notifications, read_all_notifications},
        groups::api::list_notification_groups,
    },
    preferences::api::{put_notification_preferences, read_notification_preferences},
    stream::api::stream_notifications,
    webhooks::{
        api::{
            create_webhook, delete_webhook, list_webhooks, read_webhook, rotate_webhook_secret, test_webhook,
            update_webhook,
        },
        deliveries_api::{list_webhook_deliveries, read_webhook_delivery, redeliver_webhook_delivery},
    },
};

/// Mounts every route of the API. Words come before `{id}`. (The page and the documentation are mounted by `app`: they
/// are no part of the API's document.)
pub fn routes(cfg: &mut ServiceConfig) {
    resource("/api/users/dashboard").get(read_dashboard).mount(cfg);

    resource("/api/notifications").get(list_notifications).mount(cfg);
    resource("/api/notifications/unread-count").get(count_unread_notifications).mount(cfg);
    resource("/api/notifications/read-all").post(read_all_notifications).mount(cfg);
    resource("/api/notifications/archive-all").post(archive_all_notifications).mount(cfg);
    resource("/api/notifications/groups").get(list_notification_groups).mount(cfg);
    resource("/api/notifications/stream").get(stream_notifications).mount(cfg);
    resource("/api/notifications/preferences")
        .get(read_notification_preferences)
        .put(put_notification_preferences)
        .mount(cfg);
    resource("/api/notifications/deliveries").get(list_deliveries).mount(cfg);
    resource("/api/notifications/deliveries/{id}").get(read_delivery).mount(cfg);
    resource("/api/notifications/deliveries/{id}/retry").post(retry_delivery).mount(cfg);
    resource("/api/notifications/feeds").get(list_feeds).post(create_feed).mount(cfg);
    resource("/api/notifications/feeds/{id}").delete(delete_feed).mount(cfg);
    resource("/api/notifications/feeds/{secret}/tasks.ics").get(read_task_calendar).mount(cfg);
    resource("/api/notifications/feeds/{secret}/notifications.atom").get(read_notification_feed).mount(cfg);
    resource("/api/notifications/webhooks").get(list_webhooks).post(create_webhook).mount(cfg);
    resource("/api/notifications/webhooks/deliveries/{id}").get(read_webhook_delivery).mount(cfg);
    resource("/api/notifications/webhooks/deliveries/{id}/redeliver")
        .post(redeliver_webhook_delivery)
        .mount(cfg);
    resource("/api/notifications/webhooks/{id}")
        .get(read_webhook)
        .patch(update_webhook)
        .delete(delete_webhook)
        .mount(cfg);
    resource("/api/notifications/webhooks/{id}/rotate-secret").post(rotate_webhook_secret).mount(cfg);
    resource("/api/notifications/webhooks/{id}/test").post(test_webhook).mount(cfg);
    resource("/api/notifications/webhooks/{id}/deliveries").get(list_webhook_deliveries).mount(cfg);
    resource("/api/notifications/{id}")
        .get(read_notification)
        .patch(update_notification)
        .delete(delete_notification)
        .mount(cfg);
}
