function priceList(): string[] {
  throw new TypeError('the price list is missing')
}

priceList()
