/**
 * One text for every code of domain/errors: what happened, what it means, what to do. At most 200
 * characters and no markup, because the same text also goes into the small window Telegram shows
 * over a pressed button.
 */
export const errors = {
  banned:
    'An administrator has closed your access, so nothing new can be made or bought here. If you think this is a mistake, write to us: /paysupport',
  tooManyRequests:
    'That was a little too fast, so this was not done. Please wait a minute and try again.',
  tooManyActive:
    'You already have as many jobs running as one person may. Nothing was charged. Wait for one to finish or cancel it, then try again.',
  hourlyLimit:
    'You have reached the limit of jobs per hour. Nothing was charged. Please try again a little later.',
  insufficientTokens:
    'Your balance does not cover the price. Nothing was charged. Top up with /buy, then try again.',
  conflict:
    'This was done once already with other details, so nothing was changed. See /history for how it stands.',
  reserveClosed: 'This order is settled already, so nothing was changed. See /history.',
  contentRefused:
    'Our content rules do not allow this request, so nothing was made. Please describe something else.',
  moderationUnavailable:
    'Photos cannot be checked right now, so nothing was made and nothing was charged. Please try again in a few minutes.',
  modelUnavailable:
    'This model is switched off at the moment, so nothing was charged. Please choose another one: /start',
  providerRefused:
    'The model declined this request under its own content rules, so nothing was made. Try other words or another photo.',
  providerRejected:
    'The model could not take this request; the fault is ours, not yours. Please choose another model or try again later.',
  providerUnavailable:
    'The model is not answering right now, so nothing was made. Please try again in a few minutes or choose another model.',
  providerTimeout:
    'The model took too long, so we stopped waiting. Please try again or choose a faster model.',
  outcomeUnknown:
    'The answer got lost on the way, so we did not repeat this on our own. Please look in /history; if something is missing, write to /paysupport.',
  noOutput:
    'The model finished without a result. Please try again or describe it a little differently.',
  cancelled: 'Stopped as you asked. Start again whenever you like: /start',
  deliveryFailed:
    'Telegram did not take the result, so it could not reach you. Please try again; if it happens twice, write to /paysupport.',
  fileTooLarge:
    'This file is too large: a picture may have 20 MB and 50 megapixels, a video 20 MB and one minute. Please send a smaller one.',
  fileExpired:
    'This file is not kept any more: files are removed after a time. What was sent to you stays in this chat; a photo can be sent again.',
  fileNotAnImage:
    'This file is not a picture we can read. Please send a photo or a JPEG, PNG or WebP file.',
  fileNotAFilm:
    'This video cannot be read. Please send an MP4 with H.264, or send it as a video and not as a file: then Telegram converts it.',
  telegramBusy:
    'Telegram asked us to wait, so this was not done yet. Nothing is lost. Please try again in a minute.',
  telegramRefused:
    'Telegram did not accept our request, so this step was not done. Please try again; if it happens twice, write to /paysupport.',
  personUnreachable:
    'The bot is blocked or the chat is gone, so the message could not be delivered. The person has to open the bot and press Start.',
  paymentMismatch:
    'The payment does not match the order, so its tokens are on hold and your money is safe. Write to /paysupport and we will sort it out.',
  paymentPaidAlready:
    'This order is already paid, so nothing was charged again. Its tokens are on your balance or just about to arrive. For more tokens get a new invoice: /buy',
  paymentExpired: 'This invoice has expired and nothing was charged. Get a new one: /buy',
  paymentSystemBusy:
    'The payment system is not answering right now. Money that was paid is safe and will be credited. Please try again in a few minutes or choose another way to pay: /buy',
  paymentSystemRefused:
    'The payment system did not accept our request, so nothing was charged; the fault is ours. Please choose another way to pay: /buy',
  decisionMalformed:
    'The decision could not be read, so nothing was moved. Correct the request and send it again.',
  chargeNotHeld:
    'This charge does not wait for a decision: it is credited, decided or returned. Nothing was moved. Look at the payment first.',
  refundMalformed:
    'The refund could not be read, so nothing was moved. Correct the request and send it again.',
  refundActorUnknown:
    'The actor of this request is not an administrator, so nothing was moved. Send it with the Telegram id of one.',
  refundNothingPaid:
    'There is no charge to refund here, so nothing was moved. Check the id of the payment or generation.',
  refundAmountInvalid:
    'This amount cannot be refunded: it is above what is left, or only whole charges can be returned. Nothing was moved. Correct it or leave it out.',
  refundAlreadyDone: 'All of this was refunded before, so nothing was moved. No action is needed.',
  refundTokensSpent:
    'Some of these tokens are spent, so nothing was moved. To refund anyway and record a debt, send a new refund with force.',
  refundRefusedBySystem:
    'The payment system refused, so no money was returned and the tokens are back on the balance. See the audit, then try again with a new id.',
  refundCameBack:
    'The refund came back: the payer’s bank did not take it. The tokens are back on the balance; return the money another way, or with a new id.',
  cardRequestsOpen:
    'You have two bank transfers under way already, so no new one was opened. Finish one of them, or pay another way: /buy',
  cardRequestOwn:
    'This is your own payment, so nothing was done. Another administrator has to decide on it.',
  cardRequestDecided:
    'This transfer is decided already, so nothing was changed. Look at the payment before doing anything else.',
  cardTransferKnown:
    'This number of a transfer stands for another payment already, so nothing was credited. Check the number at the bank.',
  promoUnknown:
    'There is no such promo code, so nothing was changed. Check its letters and digits.',
  promoExpired:
    'This promo code is no longer valid, so nothing was changed. Buying works without it: /buy',
  promoUsed:
    'You have used this promo code already, so nothing was changed. Another one may still work.',
  promoPending:
    'This promo code is in an order you have not paid yet. Pay that order, or wait until it expires and use the code again.',
  promoExhausted:
    'This promo code has been used up by others, so nothing was changed. Buying works without it: /buy',
  notFound:
    'We could not find this. It may be too old or belong to somebody else. /start opens the menu.',
  invalidInput: 'We could not read this, so nothing was done. Please check it and try again.',
  actorUnknown:
    'The actor is not an administrator, so nothing was changed. Send it with the Telegram id of one.',
  unauthorized:
    'The key is missing or wrong, so nothing was done. Send the right key and try again.',
  internal:
    'Something broke on our side; your tokens are safe. Please try again in a minute. If it happens twice, write to /paysupport.',
} as const;
