"""Buys, refunds and lists with YooKassa's official SDK, unchanged, against the stand-in."""

import os
import sys
import urllib.request
import json

from yookassa import Configuration, Payment, Refund, Settings
from yookassa.domain.exceptions import BadRequestError, NotFoundError, UnauthorizedError
from yookassa.domain.notification import WebhookNotificationFactory

url = os.environ["STAND_IN"]
shop_id, secret_key = "100500", "test_sandbox_yookassa"
Configuration.configure(shop_id, secret_key, api_url=f"{url}/v3")


def happen(action, **body):
    data = json.dumps(body).encode()
    urllib.request.urlopen(f"{url}/__admin/{action}", data=data).read()


def refused(error, call):
    try:
        call()
    except error as refusal:
        return refusal
    raise AssertionError(f"{error.__name__} was not raised")


def order(value="499.00"):
    return {
        "amount": {"value": value, "currency": "RUB"},
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": "https://example.com/back"},
        "description": "1000 tokens",
        "metadata": {"payment_id": "pay_py"},
        "receipt": {
            "customer": {"email": "payer@example.com"},
            "items": [
                {
                    "description": "1000 tokens",
                    "quantity": 1,
                    "amount": {"value": value, "currency": "RUB"},
                    "vat_code": 1,
                    "payment_mode": "full_payment",
                    "payment_subject": "service",
                }
            ],
        },
    }


assert Settings.get_account_settings()["account_id"] == shop_id

payment = Payment.create(order(), "key-1")
assert (payment.status, payment.paid, payment.test) == ("pending", False, True)
assert payment.confirmation.confirmation_url == f"{url}/pay/{payment.id}"
assert Payment.create(order(), "key-1").id == payment.id
refused(BadRequestError, lambda: Payment.create(order("500.00"), "key-1"))

happen("pay", id=payment.id)
payment = Payment.find_one(payment.id)
assert (payment.status, payment.paid, payment.amount.value) == ("succeeded", True, 499)
assert payment.metadata["payment_id"] == "pay_py"
assert payment.income_amount.value < payment.amount.value

two_stage = Payment.create({**order(), "capture": False}, "key-2")
happen("pay", id=two_stage.id)
assert Payment.find_one(two_stage.id).status == "waiting_for_capture"
part = {"amount": {"value": "100.00", "currency": "RUB"}}
assert Payment.capture(two_stage.id, part, "key-3").amount.value == 100

held = Payment.create({**order(), "capture": False}, "key-4")
happen("pay", id=held.id)
assert Payment.cancel(held.id, "key-5").cancellation_details.reason == "canceled_by_merchant"

wanted = {"payment_id": payment.id, "amount": {"value": "99.00", "currency": "RUB"}}
refund = Refund.create(wanted, "key-6")
assert (refund.status, refund.payment_id) == ("succeeded", payment.id)
assert Refund.create(wanted, "key-6").id == refund.id
assert Refund.find_one(refund.id).amount.value == 99
too_much = {"payment_id": payment.id, "amount": {"value": "400.01", "currency": "RUB"}}
refused(BadRequestError, lambda: Refund.create(too_much, "key-7"))

first = Payment.list({"limit": 2})
second = Payment.list({"limit": 2, "cursor": first.next_cursor})
assert [len(first.items), len(second.items)] == [2, 1]
assert [one.id for one in Payment.list({"status": "canceled"}).items] == [held.id]
assert [one.id for one in Refund.list({"payment_id": payment.id}).items] == [refund.id]

refused(NotFoundError, lambda: Payment.find_one("no-such-payment"))
Configuration.configure(shop_id, "live_wrong", api_url=f"{url}/v3")
refused(UnauthorizedError, lambda: Payment.find_one(payment.id))

for line in sys.stdin:
    notice = WebhookNotificationFactory().create(json.loads(line))
    print(notice.event, notice.object.id)
