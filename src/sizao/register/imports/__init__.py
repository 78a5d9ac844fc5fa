"""Files into the register: read, mapped, checked, shown, and recorded only when somebody accepts them."""
