"""An echo bot as aiogram's own guide would write it; only the root of the API is another one.

API_ROOT=http://127.0.0.1:3001 BOT_TOKEN=123456:secret python echo_bot.py
"""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LabeledPrice,
    Message,
    PreCheckoutQuery,
)

dispatcher = Dispatcher()
charges: dict[int, str] = {}


@dispatcher.message(CommandStart())
async def start(message: Message) -> None:
    await message.answer(f"Hello, {message.from_user.first_name}")


@dispatcher.message(Command("menu"))
async def menu(message: Message) -> None:
    buttons = [
        InlineKeyboardButton(text="Red", callback_data="colour:red"),
        InlineKeyboardButton(text="Blue", callback_data="colour:blue"),
    ]
    markup = InlineKeyboardMarkup(inline_keyboard=[buttons])
    await message.answer("Choose a colour", reply_markup=markup)


@dispatcher.callback_query(F.data.startswith("colour:"))
async def choose(query: CallbackQuery) -> None:
    await query.answer("Chosen")
    await query.message.edit_text(f"You chose {query.data.removeprefix('colour:')}")


@dispatcher.message(Command("buy"))
async def buy(message: Message) -> None:
    await message.answer_invoice(
        title="Tea",
        description="A cup of tea",
        payload="tea-1",
        currency="XTR",
        prices=[LabeledPrice(label="Tea", amount=5)],
    )


@dispatcher.pre_checkout_query()
async def check(query: PreCheckoutQuery) -> None:
    await query.answer(ok=True)


@dispatcher.message(F.successful_payment)
async def paid(message: Message) -> None:
    charges[message.from_user.id] = message.successful_payment.telegram_payment_charge_id
    await message.answer(f"Paid {message.successful_payment.total_amount}")


@dispatcher.message(Command("refund"))
async def refund(message: Message, bot: Bot) -> None:
    person = message.from_user.id
    await bot.refund_star_payment(person, charges[person])


@dispatcher.message(F.refunded_payment)
async def refunded(message: Message) -> None:
    await message.answer(f"Refunded {message.refunded_payment.total_amount}")


@dispatcher.message(F.photo)
async def photo(message: Message, bot: Bot) -> None:
    content = (await bot.download(message.photo[-1])).read()
    file = BufferedInputFile(content, filename="photo.jpg")
    await message.answer_photo(file, caption=f"{len(content)} bytes")


@dispatcher.message(F.text)
async def echo(message: Message) -> None:
    await message.reply(message.text)


async def main() -> None:
    server = TelegramAPIServer.from_base(os.environ["API_ROOT"])
    bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=server))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
