"""OData query options ($filter, $expand) for extended properties."""

PUBLIC_STRINGS = "String {00020329-0000-0000-C000-000000000046} Name "
"""The property set PS_PUBLIC_STRINGS (MS-OXPROPS, 1.3.2) for named properties."""


def property_filter(property_id: str, value: str) -> str:
    """Return a $filter for items with that value of an extended property."""
    return f"singleValueExtendedProperties/any(ep: ep/id eq '{property_id}' and ep/value eq '{odata_string(value)}')"


def expand_properties(*property_ids: str) -> str:
    """Return an $expand for extended properties, which are not returned by default."""
    conditions = " or ".join(f"id eq '{each}'" for each in property_ids)
    return f"singleValueExtendedProperties($filter={conditions})"


def odata_string(text: str) -> str:
    """Escape a string for use between single quotes."""
    return text.replace("'", "''")
