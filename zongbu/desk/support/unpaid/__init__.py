"""What the support desk gives that is not money: quotas, requests and referrals, selections, obligations."""
