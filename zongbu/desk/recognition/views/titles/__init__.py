"""Pages of certificates, documents, verification and revocation."""
