"""Sells, sends, lists and hears webhooks with aiocryptopay, unchanged, against the stand-in."""

import asyncio
import json
import os
import urllib.request

from aiocryptopay import AioCryptoPay
from aiocryptopay.exceptions.factory import CodeErrorFactory
from aiohttp import web

url, token = os.environ["STAND_IN"], os.environ["CRYPTOBOT_TOKEN"]


def control(method, path, body):
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/__admin/{path}", data=data, method=method)
    return urllib.request.urlopen(request).read()


async def happen(action, **body):
    await asyncio.to_thread(control, "POST", action, body)


async def refused(call):
    try:
        await call
    except CodeErrorFactory as refusal:
        return refusal.name
    raise AssertionError("it was not refused")


async def listen(crypto):
    """The client's own handler of webhooks checks the signature; what it lets through comes here."""
    heard = asyncio.Queue()

    @crypto.pay_handler()
    async def paid(update, _app):
        await heard.put(update.payload)

    app = web.Application()
    app.add_routes([web.post("/paid", crypto.get_updates)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    address = {"url": f"http://127.0.0.1:{port}/paid"}
    await asyncio.to_thread(control, "PUT", "webhook", address)
    return heard, runner


async def sell(crypto):
    heard, runner = await listen(crypto)
    invoice = await crypto.create_invoice(
        amount=499, fiat="RUB", currency_type="fiat", accepted_assets=["USDT", "TON"],
        payload="pay_py", description="1000 tokens", expires_in=1800,
    )
    assert (invoice.status, invoice.fiat, invoice.amount) == ("active", "RUB", 499)
    assert invoice.bot_invoice_url == f"{url}/pay/{invoice.hash}"
    assert invoice.accepted_assets == ["USDT", "TON"]
    await happen("pay", id="pay_py", asset="TON")
    told = await asyncio.wait_for(heard.get(), 30)
    assert (told.invoice_id, told.payload, told.status) == (invoice.invoice_id, "pay_py", "paid")
    paid = await crypto.get_invoices(invoice_ids=invoice.invoice_id)
    assert (paid.status, paid.paid_asset, paid.fee_asset) == ("paid", "TON", "TON")
    assert abs(paid.paid_amount * paid.paid_fiat_rate - 499) < 0.01
    await runner.cleanup()
    return paid


async def look_up(crypto):
    coins = await crypto.create_invoice(asset="USDT", amount=1.25, allow_comments=False)
    assert (coins.asset, coins.amount, coins.allow_comments) == ("USDT", 1.25, False)
    assert [one.invoice_id for one in await crypto.get_invoices(status="active")] == [coins.invoice_id]
    short = await crypto.create_invoice(asset="TON", amount=1, expires_in=60)
    await happen("clock", seconds=61)
    assert (await crypto.get_invoices(invoice_ids=short.invoice_id)).status == "expired"
    newest = await crypto.get_invoices(count=2, offset=1)
    assert [one.invoice_id for one in newest][0] == coins.invoice_id
    assert await crypto.delete_invoice(coins.invoice_id) is True
    assert await crypto.get_invoices(invoice_ids=coins.invoice_id) is None
    assert (await crypto.get_me()).app_id > 0
    stats = await crypto.get_stats()
    assert (stats.created_invoice_count, stats.paid_invoice_count) == (2, 1)
    codes = {one.code for one in await crypto.get_currencies()}
    assert {"USDT", "TON", "RUB"} <= codes
    assert await crypto.get_amount_by_fiat(summ=97.5, asset="USDT", target="RUB") == 1


async def send(crypto, paid):
    order = {"user_id": 7, "asset": "TON", "amount": paid.paid_amount, "spend_id": "refund-1"}
    assert await refused(crypto.transfer(**order)) == "METHOD_DISABLED"
    await happen("transfers", id="on")
    before = {one.currency_code: one.available for one in await crypto.get_balance()}
    sent = await crypto.transfer(**order, comment="Back to you")
    assert (sent.status, sent.amount, sent.comment) == ("completed", paid.paid_amount, "Back to you")
    after = {one.currency_code: one.available for one in await crypto.get_balance()}
    assert abs(before["TON"] - after["TON"] - paid.paid_amount) < 1e-6
    assert await refused(crypto.transfer(**order)) == "SPEND_ID_ALREADY_USED"
    too_much = {**order, "amount": 1_000_000, "spend_id": "refund-2"}
    assert await refused(crypto.transfer(**too_much)) == "INSUFFICIENT_FUNDS"
    assert [one.transfer_id for one in await crypto.get_transfers(asset="TON")] == [sent.transfer_id]
    check = await crypto.create_check(asset="USDT", amount=1)
    assert [one.check_id for one in await crypto.get_checks(status="active")] == [check.check_id]
    assert await crypto.delete_check(check.check_id) is True


async def main():
    async with AioCryptoPay(token=token, network=url) as crypto:
        await send(crypto, await sell(crypto))
        await look_up(crypto)
        assert await refused(crypto.create_invoice(asset="USDT", amount=-1)) == "AMOUNT_INVALID"
    async with AioCryptoPay(token="1:AAwrongwrongwrong", network=url) as stranger:
        assert await refused(stranger.get_me()) == "UNAUTHORIZED"


asyncio.run(main())
