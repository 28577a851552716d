import { useCallback, useState } from 'react';

export interface Toast {
  id: number;
  text: string;
}

const toastTime = 4000;
let lastId = 0;

export function useToasts(): [Toast[], (text: string) => void] {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const show = useCallback((text: string) => {
    lastId += 1;
    const id = lastId;
    setToasts((before) => [...before.slice(-2), { id, text }]);
    window.setTimeout(() => {
      setToasts((before) => before.filter((toast) => toast.id !== id));
    }, toastTime);
  }, []);
  return [toasts, show];
}
