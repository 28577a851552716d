import { badRequest } from '../api-error';
import { chatPerson, requiredUserId } from '../chat-access';
import { botUser, personUser, privateChat } from '../views';
import type { Call, Methods } from '../world';

function getChat(call: Call): unknown {
  const person = chatPerson(call, call.params.text('chat_id'));
  return {
    ...privateChat(person),
    accent_color_id: person.id % 7,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: true,
      limited_gifts: true,
      unique_gifts: true,
      premium_subscription: true,
      gifts_from_channels: true,
    },
  };
}

/** In a private chat both sides are members, and a person who blocked the bot keeps it out. */
function getChatMember(call: Call): unknown {
  const person = chatPerson(call, call.params.text('chat_id'));
  const userId = requiredUserId(call);
  if (userId === person.id) return { status: 'member', user: personUser(person) };
  if (userId !== call.bot.id) throw badRequest('PARTICIPANT_ID_INVALID');
  const isBlocked = person.blocked.includes(call.bot.id);
  const user = botUser(call.bot);
  return isBlocked ? { status: 'kicked', user, until_date: 0 } : { status: 'member', user };
}

function getUserProfilePhotos(call: Call): unknown {
  const person = call.world.state.people.get(requiredUserId(call));
  if (!person) throw badRequest('user not found');
  return { total_count: 0, photos: [] };
}

export const chatMethods: Methods = {
  getChat,
  getChatMember,
  getChatMemberCount: (call) => {
    chatPerson(call, call.params.text('chat_id'));
    return 2;
  },
  getUserProfilePhotos,
};
