"""Captures handed on and taken in: as WACZ, signed or not, and as one CDXJ of all."""
