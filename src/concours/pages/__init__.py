"""What the faces share: actor, forms, lists, charts, error pages, template parts."""
