"""Verifies a delivery with the library that the specification's authors keep. Input: secret, headers, body as JSON."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

given = json.load(sys.stdin)
webhook = Webhook(given["secret"])
try:
    data = webhook.verify(given["body"], given["headers"])
except WebhookVerificationError as error:
    print(json.dumps({"verified": False, "why": str(error)}))
else:
    print(json.dumps({"verified": True, "data": data}))
