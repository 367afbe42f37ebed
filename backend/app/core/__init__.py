"""The ground floor: contracts and values that need no library beyond pydantic."""
