import type { ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { ChatMessage, Invoice } from '../types';
import { Icon, Star } from './icons';

interface InvoiceCardProps {
  message: ChatMessage;
  invoice: Invoice;
}

export function InvoiceCard({ message, invoice }: InvoiceCardProps): ReactNode {
  const { texts } = useChatScope();
  const paid = message.invoiceState === 'paid';
  return (
    <section className="invoice" aria-label={`${texts.invoice}: ${invoice.title}`}>
      <div className="invoice-art" aria-hidden="true">
        <Star />
        <span className="invoice-price">{invoice.total_amount}</span>
      </div>
      <div className="invoice-text">
        <h3>{invoice.title}</h3>
        <p>{invoice.description}</p>
        {paid ? (
          <p className="invoice-paid">
            <Icon name="check" />
            {texts.paid}
          </p>
        ) : null}
      </div>
    </section>
  );
}
