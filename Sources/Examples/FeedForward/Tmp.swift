func tellPrinciples(_ story: Story) throws {}
func tellAbstraction(_ story: Story, _ images: PictureData) throws {}
func tellUses(_ story: Story) throws {}
