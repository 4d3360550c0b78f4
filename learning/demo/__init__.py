"""A fictional year for trying the product: people, meetings, cases and things to do."""
