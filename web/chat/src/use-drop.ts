import { useState, type DragEvent } from 'react';

export interface Drop {
  over: boolean;
  handlers: {
    onDragEnter(event: DragEvent): void;
    onDragOver(event: DragEvent): void;
    onDragLeave(event: DragEvent): void;
    onDrop(event: DragEvent): void;
  };
}

/** Files dragged onto an element. */
export function useDrop(onFiles: (files: File[]) => void): Drop {
  // Enter and leave also fire for every child, so only their count tells.
  const [depth, setDepth] = useState(0);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return {
    over: depth > 0,
    handlers: {
      onDragEnter: (event) => {
        if (hasFiles(event)) setDepth((before) => before + 1);
      },
      onDragOver: (event) => {
        if (hasFiles(event)) event.preventDefault();
      },
      onDragLeave: (event) => {
        if (hasFiles(event)) setDepth((before) => Math.max(before - 1, 0));
      },
      onDrop: (event) => {
        setDepth(0);
        if (!hasFiles(event)) return;
        event.preventDefault();
        const files = [...event.dataTransfer.files];
        if (files.length > 0) onFiles(files);
      },
    },
  };
}
