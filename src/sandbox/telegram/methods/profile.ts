import type { TelegramBotCommand, TelegramMenuButton } from '@gramio/types';
import { badRequest } from '../api-error';
import { chatPerson } from '../chat-access';
import { asObject, optionalString, requiredString } from '../params';
import type { BotTexts } from '../state';
import { botUser } from '../views';
import type { Call, Methods } from '../world';

function getMe(call: Call): unknown {
  return {
    ...botUser(call.bot),
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
  };
}

function commandOf(value: unknown): TelegramBotCommand {
  try {
    const fields = asObject(value, 'expected an Object');
    const command = requiredString(fields, 'command').replace(/^\//, '').toLowerCase();
    const description = requiredString(fields, 'description').trim();
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
    if (description.length < 1 || description.length > 256) {
      throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    return { command, description };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('Bad Request: ', '') : '';
    if (reason.startsWith('BOT_COMMAND')) throw error;
    throw badRequest(`Can't parse BotCommand: ${reason}`);
  }
}

const wideScopes = new Set([
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
]);

/** Where commands are kept: `<bot>|<scope>|<language>`; chats are checked as for a message. */
function commandsKey(call: Call): string {
  const language = call.params.text('language_code');
  if (language !== '' && !/^[a-z]{2}$/.test(language)) throw badRequest('LANG_CODE_INVALID');
  const value = call.params.json('scope', "Can't parse BotCommandScope JSON object");
  if (value === undefined) return `${call.bot.id}|default|${language}`;
  const fields = asObject(value, "Can't parse BotCommandScope: BotCommandScope must be an Object");
  const type = optionalString(fields, 'type');
  if (wideScopes.has(type)) return `${call.bot.id}|${type}|${language}`;
  if (!['chat', 'chat_administrators', 'chat_member'].includes(type)) {
    throw badRequest("Can't parse BotCommandScope: Unsupported type specified");
  }
  const person = chatPerson(call, optionalString(fields, 'chat_id'));
  return `${call.bot.id}|${type}:${person.id}|${language}`;
}

function announceCommands(call: Call): void {
  call.world.hub.emitToAll('commands', { botId: call.bot.id });
}

function setMyCommands(call: Call): unknown {
  const value = call.params.json('commands', "Can't parse commands JSON object") ?? [];
  if (!Array.isArray(value)) throw badRequest('Expected an Array of BotCommand');
  if (value.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  const commands = value.map(commandOf);
  const key = commandsKey(call);
  if (commands.length === 0) call.world.state.commands.delete(key);
  else call.world.state.commands.set(key, commands);
  announceCommands(call);
  return true;
}

function getMyCommands(call: Call): unknown {
  return call.world.state.commands.get(commandsKey(call)) ?? [];
}

function deleteMyCommands(call: Call): unknown {
  call.world.state.commands.delete(commandsKey(call));
  announceCommands(call);
  return true;
}

function menuButtonKey(call: Call): string {
  const chatId = call.params.text('chat_id');
  return `${call.bot.id}:${chatId === '' ? 'default' : chatPerson(call, chatId).id}`;
}

function readMenuButton(call: Call): TelegramMenuButton {
  const value = call.params.json('menu_button', "Can't parse menu button JSON object");
  if (value === undefined) return { type: 'default' };
  const fields = asObject(value, "Can't parse menu button: MenuButton must be an Object");
  const type = optionalString(fields, 'type');
  if (type === 'default' || type === 'commands') return { type };
  if (type !== 'web_app') {
    throw badRequest("Can't parse menu button: MenuButton has unsupported type");
  }
  const text = optionalString(fields, 'text');
  const webApp = asObject(fields['web_app'], "Can't parse menu button: web_app must be an Object");
  const url = optionalString(webApp, 'url');
  if (text === '' || url === '') throw badRequest('BUTTON_INVALID');
  return { type, text, web_app: { url } };
}

function setChatMenuButton(call: Call): unknown {
  call.world.state.menuButtons.set(menuButtonKey(call), readMenuButton(call));
  announceCommands(call);
  return true;
}

function getChatMenuButton(call: Call): unknown {
  const { menuButtons } = call.world.state;
  const own = menuButtons.get(menuButtonKey(call));
  return own ?? menuButtons.get(`${call.bot.id}:default`) ?? { type: 'commands' };
}

/** Sets or reads one of the texts a bot shows about itself, by language. */
function textMethods(
  field: keyof BotTexts,
  parameter: string,
  lengthMax: number,
): { set: (call: Call) => unknown; get: (call: Call) => unknown } {
  return {
    set: (call) => {
      const text = call.params.text(parameter);
      if (text.length > lengthMax) throw badRequest('ABOUT_TOO_LONG');
      const language = call.params.text('language_code');
      const { [field]: _, ...others } = call.bot.texts[language] ?? {};
      const changed = text === '' ? others : { ...others, [field]: text };
      const texts = { ...call.bot.texts, [language]: changed };
      call.world.state.bots.set(call.bot.id, { ...call.bot, texts });
      announceCommands(call);
      return true;
    },
    get: (call) => {
      const texts = call.bot.texts;
      const own = texts[call.params.text('language_code')]?.[field];
      return { [parameter]: own ?? texts['']?.[field] ?? '' };
    },
  };
}

const name = textMethods('name', 'name', 64);
const description = textMethods('description', 'description', 512);
const shortDescription = textMethods('shortDescription', 'short_description', 120);

export const profileMethods: Methods = {
  getMe,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setChatMenuButton,
  getChatMenuButton,
  setMyName: name.set,
  getMyName: name.get,
  setMyDescription: description.set,
  getMyDescription: description.get,
  setMyShortDescription: shortDescription.set,
  getMyShortDescription: shortDescription.get,
  logOut: () => true,
  close: () => true,
};
