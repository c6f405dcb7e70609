-- Outgoing messages are found and removed by the message they answer, in the order given by their number: one index is enough.
alter table bus_outbox alter column number drop identity;
alter table bus_outbox drop constraint bus_outbox_pkey;
alter table bus_outbox add primary key (inbox_message_id, consumer_id, number);
drop index bus_outbox_inbox;
-- Messages of some kilobytes are gone again in a moment: compressing them costs more than it saves.
alter table bus_outbox set (toast_tuple_target = 8160);
