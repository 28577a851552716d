import { badRequest, queryTooOld } from '../api-error';
import type { Call, Methods } from '../world';

const alertLengthMax = 200;

function answerCallbackQuery(call: Call): unknown {
  const { state, hub, options } = call.world;
  const id = call.params.text('callback_query_id');
  const query = state.callbacks.get(id);
  const isMine = query?.botId === call.bot.id && !query.answered;
  if (!query || !isMine || Date.now() - query.createdAt > options.callbackTimeoutMs) {
    throw queryTooOld();
  }
  const text = call.params.text('text');
  if (text.length > alertLengthMax) throw badRequest('MESSAGE_TOO_LONG');
  state.callbacks.set(id, { ...query, answered: true });
  hub.emit(query.personId, 'callbackAnswer', {
    botId: call.bot.id,
    callbackId: id,
    ...(text === '' ? {} : { text }),
    ...(call.params.bool('show_alert') ? { showAlert: true } : {}),
  });
  return true;
}

function answerWebAppQuery(call: Call): unknown {
  const id = call.params.required('web_app_query_id');
  call.params.required('result');
  const query = call.world.state.webAppQueries.get(id);
  if (query?.botId !== call.bot.id) throw queryTooOld();
  call.world.state.webAppQueries.delete(id);
  return { inline_message_id: `web_app_${id}` };
}

export const callbackMethods: Methods = { answerCallbackQuery, answerWebAppQuery };
