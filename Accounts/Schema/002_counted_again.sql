-- What was counted last, the newest first: it is not counted again, and may happen if it might before.
alter table account_counts alter column last type uuid[] using array[last];
