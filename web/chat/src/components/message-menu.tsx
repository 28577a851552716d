import type { ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { ChatMessage } from '../types';
import { Icon } from './icons';
import { Menu, MenuItem } from './menu';

interface MessageMenuProps {
  message: ChatMessage;
  onClose(): void;
}

export function MessageMenu({ message, onClose }: MessageMenuProps): ReactNode {
  const { texts, reply, copy, remove } = useChatScope();
  const text = message.text ?? message.caption;
  return (
    <Menu label={texts.messageActions} onClose={onClose}>
      <MenuItem
        onChoose={() => {
          reply(message);
        }}
      >
        <Icon name="reply" />
        {texts.reply}
      </MenuItem>
      {text ? (
        <MenuItem
          onChoose={() => {
            copy(text);
          }}
        >
          <Icon name="copy" />
          {texts.copy}
        </MenuItem>
      ) : null}
      <MenuItem
        danger
        onChoose={() => {
          remove(message);
        }}
      >
        <Icon name="trash" />
        {texts.delete}
      </MenuItem>
    </Menu>
  );
}
