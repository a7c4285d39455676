-- migrate:up
-- The API's readers see the wallets of their own tenant.
select culm_guard('wallet');
select culm_guard('wallet_limits');
select culm_guard('wallet_use');

-- migrate:down
do $$ begin raise 'row-level security is not taken away'; end $$;
